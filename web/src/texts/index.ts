/** Every text of the app, by screen. Plain sentences; functions where a number or a name goes in. */

import { configurations } from './configurations'
import { connections } from './connections'
import { designer } from './designer'
import { generate } from './generate'
import { drawing, history } from './history'
import { home } from './home'
import { models } from './models'
import { runs } from './runs'
import { settings } from './settings'
import { shell } from './shell'
import { packs, templates } from './templates'
import { ui } from './ui'

export const texts = {
  templates,
  packs,
  runs,
  generate,
  configurations,
  connections,
  ui,
  shell,
  models,
  home,
  drawing,
  designer,
  history,
  settings,
}

export { counted } from './counted'
