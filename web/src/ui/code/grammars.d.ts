/** Monaco ships its grammars without types. */
declare module 'monaco-editor/languages/definitions/python/python' {
  export const language: import('monaco-editor/editor').languages.IMonarchLanguage
}
declare module 'monaco-editor/languages/definitions/scala/scala' {
  export const language: import('monaco-editor/editor').languages.IMonarchLanguage
}
declare module 'monaco-editor/languages/definitions/sql/sql' {
  export const language: import('monaco-editor/editor').languages.IMonarchLanguage
}
declare module 'monaco-editor/languages/definitions/yaml/yaml' {
  export const language: import('monaco-editor/editor').languages.IMonarchLanguage
}
