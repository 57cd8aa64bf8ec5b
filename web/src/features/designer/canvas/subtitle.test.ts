import { describe, expect, it } from 'vitest'
import { subtitleOf } from './subtitle'
import cases from './subtitle.cases.json'

describe("the line below the name of a card, as in the server's pictures", () => {
  it.each(cases)('$fact', ({ type, name, properties, subtitle }) => {
    const node = { id: 'a', type, name, description: '', enabled: true, properties, position: null }
    expect(subtitleOf(node, 'Notebook')).toBe(subtitle)
  })
})
