import { isMap, isSeq, parseDocument } from 'yaml'

/**
 * The text of a recipe file with every choice of a template in one recipe pinned to a version;
 * comments stay. Null when no choice there is pinned to another one.
 */
export function withPin(
  text: string,
  recipe: string,
  template: string,
  version: string,
): string | null {
  const document = parseDocument(text)
  const recipes = document.get('recipes')
  if (document.errors.length > 0 || !isSeq(recipes)) return null
  let changed = false
  for (const one of recipes.items) {
    if (!isMap(one) || one.get('id') !== recipe) continue
    for (const group of ['defaults', 'scripts']) {
      const choices = one.get(group)
      if (!isSeq(choices)) continue
      for (const choice of choices.items) {
        if (!isMap(choice) || choice.get('template') !== template) continue
        const now = choice.get('version')
        if (now === undefined || String(now) === version) continue
        choice.set('version', version)
        changed = true
      }
    }
  }
  return changed ? document.toString({ lineWidth: 0 }) : null
}
