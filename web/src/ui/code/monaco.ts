/** Monaco with what we use of it, from our own files: nothing is fetched from elsewhere. */
import * as monaco from 'monaco-editor/editor'
import 'monaco-editor/features/register.all'
// Left out there: colours by a language service for the whole text.
import 'monaco-editor/editor/contrib/semanticTokens/browser/documentSemanticTokens.js'
import 'monaco-editor/languages/definitions/markdown/register'
import 'monaco-editor/languages/definitions/python/register'
import 'monaco-editor/languages/definitions/scala/register'
import 'monaco-editor/languages/definitions/shell/register'
import 'monaco-editor/languages/definitions/sql/register'
import 'monaco-editor/languages/definitions/yaml/register'
import EditorWorker from 'monaco-editor/editor/editor.worker.js?worker'
import { onThemeChange } from '@/lib/theme'
import { codeTheme, THEME } from './theme'

self.MonacoEnvironment = { getWorker: () => new EditorWorker() }

function paint(): void {
  monaco.editor.defineTheme(THEME, codeTheme(document.documentElement.classList.contains('dark')))
  monaco.editor.setTheme(THEME)
}
paint()
onThemeChange(paint)
// Widths measured before the font is there put the cursor in the wrong place.
document.fonts?.ready.then(() => monaco.editor.remeasureFonts())

export { monaco }
