/** Every text of the app, by screen. Plain sentences; functions where a number or a name goes in. */

import { connections } from './connections'
import { designer } from './designer'
import { generate } from './generate'
import { history } from './history'
import { models } from './models'
import { runs } from './runs'
import { settings } from './settings'
import { shell } from './shell'
import { templates } from './templates'
import { ui } from './ui'

export const texts = {
  templates,
  runs,
  generate,
  connections,
  ui,
  shell,
  models,
  designer,
  history,
  settings,
}

/** `1 node`, `2 nodes`. */
export const counted = (count: number, one: string, many = `${one}s`): string =>
  `${count.toLocaleString('en')} ${count === 1 ? one : many}`
