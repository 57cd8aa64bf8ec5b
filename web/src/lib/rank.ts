/**
 * How well a name fits what was typed, from 0 (not at all) to 1 (it is that). Every word that was
 * typed has to be found: at the beginning, at the beginning of a word, inside, or as its letters
 * in order. `more` are other words that find it, which count less.
 */
export function nearness(typed: string, name: string, more = ''): number {
  const words = plain(typed).split(/\s+/).filter(Boolean)
  if (words.length === 0) return 1
  const own = plain(name)
  if (own === words.join(' ')) return 1
  let sum = 0
  for (const word of words) {
    const found = Math.max(ofWord(word, own), 0.6 * ofWord(word, plain(more)))
    if (found === 0) return 0
    sum += found
  }
  // Among names that fit alike the shorter one is nearer to what was typed.
  return (sum / words.length) * 0.95 + 0.04 / (1 + own.length / 20)
}

/** The best first, those that do not fit left out; equals keep their order. */
export function ranked<T>(
  typed: string,
  all: readonly T[],
  name: (one: T) => string,
  more: (one: T) => string = () => '',
): T[] {
  return all
    .map((one) => ({ one, score: nearness(typed, name(one), more(one)) }))
    .filter(({ score }) => score > 0)
    .sort((a, b) => b.score - a.score)
    .map(({ one }) => one)
}

function ofWord(word: string, name: string): number {
  const at = name.indexOf(word)
  if (at === 0) return name.length === word.length ? 1 : 0.95
  if (at > 0) {
    const starts = new RegExp(`[^\\p{L}\\p{N}]${escaped(word)}`, 'u').test(name)
    return starts ? 0.85 : 0.6
  }
  // One or two letters in order are in nearly every name.
  return word.length >= 3 && hasInOrder(word, name) ? 0.25 : 0
}

function hasInOrder(word: string, name: string): boolean {
  let from = 0
  for (const letter of word) {
    from = name.indexOf(letter, from) + 1
    if (from === 0) return false
  }
  return true
}

const plain = (text: string) => text.toLowerCase().normalize('NFKD').replace(/\p{M}/gu, '').trim()
const escaped = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
