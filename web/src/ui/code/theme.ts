import type * as monaco from 'monaco-editor/editor'

export const THEME = 'lakewright'

/** A theme for code in the app's own colours, as they are now: light or dark. */
export function codeTheme(isDark: boolean): monaco.editor.IStandaloneThemeData {
  const style = getComputedStyle(document.documentElement)
  // Monaco wants six digits; a built style sheet says #fff for #ffffff.
  const colour = (name: string) =>
    style
      .getPropertyValue(`--${name}`)
      .trim()
      .replace(/^#(.)(.)(.)$/, '#$1$1$2$2$3$3')
  const ink = (name: string) => colour(name).slice(1)
  return {
    base: isDark ? 'vs-dark' : 'vs',
    inherit: true,
    rules: [
      { token: '', foreground: ink('text') },
      { token: 'comment', foreground: ink('faint'), fontStyle: 'italic' },
      { token: 'keyword', foreground: ink('transformation') },
      { token: 'operator', foreground: ink('muted') },
      { token: 'delimiter', foreground: ink('muted') },
      { token: 'type', foreground: ink('transformation') },
      { token: 'predefined', foreground: ink('destination') },
      { token: 'predefined.sql', foreground: ink('destination') },
      // INNER JOIN, AND: words, and the grammar calls them operators.
      { token: 'operator.sql', foreground: ink('transformation') },
      { token: 'string', foreground: ink('source') },
      { token: 'string.sql', foreground: ink('source') },
      { token: 'string.yaml', foreground: ink('text') },
      { token: 'number', foreground: ink('unity_catalog') },
      { token: 'tag', foreground: ink('transformation') },
      // The language of templates: as one types, and then as the server knows the words.
      { token: 'delimiter.jinja', foreground: ink('control') },
      { token: 'keyword.jinja', foreground: ink('control') },
      { token: 'variable.jinja', foreground: ink('text') },
      { token: 'filter.jinja', foreground: ink('destination') },
      { token: 'template-delimiter', foreground: ink('control') },
      { token: 'template-keyword', foreground: ink('control') },
      { token: 'template-variable', foreground: ink('accent') },
      { token: 'template-local', foreground: ink('text'), fontStyle: 'italic' },
      { token: 'template-unknown', foreground: ink('error') },
      { token: 'template-property', foreground: ink('text') },
      { token: 'template-filter', foreground: ink('destination') },
      { token: 'template-test', foreground: ink('destination') },
      { token: 'template-macro', foreground: ink('destination') },
      { token: 'template-string', foreground: ink('source') },
      { token: 'template-number', foreground: ink('unity_catalog') },
      { token: 'template-operator', foreground: ink('muted') },
      { token: 'template-comment', foreground: ink('faint'), fontStyle: 'italic' },
      { token: 'template-hostKeyword', foreground: ink('transformation') },
      { token: 'template-hostString', foreground: ink('source') },
      { token: 'template-hostNumber', foreground: ink('unity_catalog') },
      { token: 'template-hostComment', foreground: ink('faint'), fontStyle: 'italic' },
      { token: 'template-hostType', foreground: ink('transformation') },
    ],
    colors: {
      'editor.background': colour('surface'),
      'editor.foreground': colour('text'),
      'editorGutter.background': colour('surface'),
      'editorLineNumber.foreground': colour('faint'),
      'editorLineNumber.activeForeground': colour('text'),
      'editor.lineHighlightBackground': colour('sunken'),
      'editor.lineHighlightBorder': '#00000000',
      'editor.selectionBackground': `${colour('accent')}44`,
      'editor.inactiveSelectionBackground': `${colour('accent')}22`,
      'editorIndentGuide.background1': colour('line'),
      'editorIndentGuide.activeBackground1': colour('line-strong'),
      'editorError.foreground': colour('error'),
      'editorWarning.foreground': colour('warning'),
      'editorInfo.foreground': colour('running'),
      'editorWidget.background': colour('surface'),
      'editorWidget.border': colour('line-strong'),
      'editorHoverWidget.background': colour('surface'),
      'editorHoverWidget.border': colour('line-strong'),
      'editorSuggestWidget.background': colour('surface'),
      'editorSuggestWidget.border': colour('line-strong'),
      'editorSuggestWidget.selectedBackground': colour('accent-soft'),
      'editorSuggestWidget.selectedForeground': colour('text'),
      'editorSuggestWidget.highlightForeground': colour('accent'),
      'input.background': colour('surface'),
      'input.border': colour('line-strong'),
      focusBorder: colour('ring'),
      'diffEditor.insertedTextBackground': `${colour('ok')}33`,
      'diffEditor.removedTextBackground': `${colour('error')}33`,
      'diffEditor.insertedLineBackground': `${colour('ok')}1c`,
      'diffEditor.removedLineBackground': `${colour('error')}1c`,
      'scrollbarSlider.background': `${colour('line-strong')}88`,
      'scrollbarSlider.hoverBackground': colour('line-strong'),
      'scrollbar.shadow': '#00000000',
    },
  }
}
