import type * as Monaco from 'monaco-editor/editor'
import { useEffect, useRef } from 'react'
import type { CodeLanguage } from './MonacoEditor'
import { monaco } from './monaco'
import { THEME } from './theme'

export interface MonacoDiffProps {
  before: string
  after: string
  language: CodeLanguage
  label: string
}

export default function MonacoDiff({ before, after, language, label }: MonacoDiffProps) {
  const host = useRef<HTMLDivElement>(null)
  const editor = useRef<Monaco.editor.IStandaloneDiffEditor | null>(null)

  useEffect(() => {
    if (!host.current) return
    const made = monaco.editor.createDiffEditor(host.current, {
      theme: THEME,
      readOnly: true,
      automaticLayout: true,
      renderSideBySide: true,
      useInlineViewWhenSpaceIsLimited: true,
      renderSideBySideInlineBreakpoint: 600,
      hideUnchangedRegions: { enabled: true },
      minimap: { enabled: false },
      scrollBeyondLastLine: false,
      fontFamily: "'JetBrains Mono Variable', ui-monospace, monospace",
      fontSize: 12,
      lineHeight: 18,
      overviewRulerBorder: false,
      renderOverviewRuler: false,
    })
    editor.current = made
    return () => {
      const shown = made.getModel()
      made.dispose()
      shown?.original.dispose()
      shown?.modified.dispose()
      editor.current = null
    }
  }, [])

  useEffect(() => {
    const made = editor.current
    if (!made) return
    const old = made.getModel()
    made.setModel({
      original: monaco.editor.createModel(before, language),
      modified: monaco.editor.createModel(after, language),
    })
    made.getOriginalEditor().updateOptions({ ariaLabel: label })
    made.getModifiedEditor().updateOptions({ ariaLabel: label })
    old?.original.dispose()
    old?.modified.dispose()
  }, [before, after, language, label])

  return <div ref={host} className="h-full w-full" />
}
