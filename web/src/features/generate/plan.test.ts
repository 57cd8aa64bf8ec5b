import { describe, expect, it } from 'vitest'
import type { NodeSuggestionsReply } from '@/api/schema.gen'
import { planScripts, readRecipe } from './plan'

const RECIPES = `
recipes:
  - id: retail
    models: [sales, customers]
    defaults:
      - {node_type: uc_table, role: setup, template: own_table}
      - {node_type: notebook, variations: [a]}
    scripts:
      - {node: load, model: sales, template: kafka_ingest}
      - {node: note, variations: [b]}
`
const node = (
  id: string,
  type: string,
  role: string,
  ...templates: string[]
): NodeSuggestionsReply => ({
  node: id,
  node_type: type,
  role,
  suggestions: templates.map((template) => ({
    template,
    because: `${template} fits`,
    conditions: 1,
    builtin: true,
  })),
})

describe('a recipe', () => {
  it('says which models and templates it names', () => {
    expect(readRecipe(RECIPES, 'retail')).toEqual({
      models: ['sales', 'customers'],
      scripts: [{ model: 'sales', node: 'load', template: 'kafka_ingest' }],
      defaults: [{ nodeType: 'uc_table', role: 'setup', template: 'own_table' }],
    })
  })

  it.each([
    ['another id', RECIPES, 'other'],
    ['no YAML', 'a: [', 'retail'],
    ['an empty file', '', 'retail'],
    ['a list of words', 'recipes: [retail]', 'retail'],
  ])('is not there in %s', (_, text, id) => {
    expect(readRecipe(text, id)).toBeNull()
  })
})

describe('the plan of scripts', () => {
  const recipe = readRecipe(RECIPES, 'retail')

  it('takes what fits best, and names the rest', () => {
    const [script] = planScripts('sales', [node('a', 'notebook', 'task', 'x', 'y')], null)
    expect(script).toEqual({
      model: 'sales',
      node: 'a',
      nodeType: 'notebook',
      role: 'task',
      template: 'x',
      because: 'x fits',
      byRecipe: false,
      others: ['y'],
    })
  })

  it('gives the recipe the last word, but only for the model it names', () => {
    const load = node('load', 'dest_table', 'task', 'auto_loader_ingest')
    expect(planScripts('sales', [load], recipe)[0]).toMatchObject({
      template: 'kafka_ingest',
      byRecipe: true,
      others: ['auto_loader_ingest'],
    })
    expect(planScripts('customers', [load], recipe)[0]?.template).toBe('auto_loader_ingest')
  })

  it('follows a default of the recipe for a type and role', () => {
    const plan = planScripts('sales', [node('t', 'uc_table', 'setup', 'managed')], recipe)
    expect(plan[0]?.template).toBe('own_table')
  })

  it('says when nothing fits', () => {
    expect(planScripts('sales', [node('t', 'odd', 'task')], recipe)[0]).toMatchObject({
      template: '',
      byRecipe: false,
    })
  })
})
