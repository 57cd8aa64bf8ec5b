import { parse } from 'yaml'
import type { NodeSuggestionsReply } from '@/api/schema.gen'

/** What of a recipe's text decides the templates. The server reads the rest. */
export interface RecipeChoices {
  models: string[]
  scripts: { model: string; node: string; template: string }[]
  defaults: { nodeType: string; role: string; template: string }[]
}

/** One script that will be made, and which template makes it. */
export interface PlannedScript {
  model: string
  node: string
  nodeType: string
  role: string
  /** Empty when none fits. */
  template: string
  because: string
  byRecipe: boolean
  others: string[]
}

/** The choices of one recipe of a file; null when it is not in there. */
export function readRecipe(text: string, id: string): RecipeChoices | null {
  const file = readYaml(text)
  const found = listOf(record(file).recipes)
    .map(record)
    .find((one) => one.id === id)
  if (!found) return null
  return {
    models: listOf(found.models).filter((one) => typeof one === 'string'),
    scripts: listOf(found.scripts)
      .map(record)
      .filter((one) => word(one.template))
      .map((one) => ({
        model: word(one.model),
        node: word(one.node),
        template: word(one.template),
      })),
    defaults: listOf(found.defaults)
      .map(record)
      .filter((one) => word(one.template))
      .map((one) => ({
        nodeType: word(one.node_type),
        role: word(one.role),
        template: word(one.template),
      })),
  }
}

/** Which template makes each script of a model: the recipe's word first, then what fits best. */
export function planScripts(
  model: string,
  nodes: readonly NodeSuggestionsReply[],
  recipe: RecipeChoices | null,
): PlannedScript[] {
  return nodes.map((node) => {
    const named =
      recipe?.scripts.find(
        (one) => one.node === node.node && (!one.model || one.model === model),
      ) ??
      recipe?.defaults.find(
        (one) =>
          (!one.nodeType || one.nodeType === node.node_type) &&
          (!one.role || one.role === node.role),
      )
    const best = node.suggestions[0]
    const template = named?.template ?? best?.template ?? ''
    return {
      model,
      node: node.node,
      nodeType: node.node_type,
      role: node.role,
      template,
      because: node.suggestions.find((one) => one.template === template)?.because ?? '',
      byRecipe: named !== undefined,
      others: node.suggestions.map((one) => one.template).filter((one) => one !== template),
    }
  })
}

function readYaml(text: string): unknown {
  try {
    return parse(text)
  } catch {
    // The server's findings say what is wrong with it.
    return null
  }
}

const word = (value: unknown): string => (typeof value === 'string' ? value : '')
const listOf = (value: unknown): unknown[] => (Array.isArray(value) ? value : [])
const record = (value: unknown): Record<string, unknown> =>
  value !== null && typeof value === 'object' ? (value as Record<string, unknown>) : {}
