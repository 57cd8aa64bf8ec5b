/** Every text of the app, by screen. Plain sentences; functions where a number or a name goes in. */

import { designer } from './designer'
import { history } from './history'
import { models } from './models'
import { settings } from './settings'
import { shell } from './shell'
import { ui } from './ui'

export const texts = { ui, shell, models, designer, history, settings }

/** `1 node`, `2 nodes`. */
export const counted = (count: number, one: string, many = `${one}s`): string =>
  `${count.toLocaleString('en')} ${count === 1 ? one : many}`
