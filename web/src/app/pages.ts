import {
  Boxes,
  Cable,
  FileCode,
  History,
  House,
  type LucideIcon,
  PackageCheck,
  Play,
  Settings,
  SlidersHorizontal,
} from 'lucide-react'
import { texts } from '@/texts'

const { nav } = texts.shell

export interface AppPage {
  to:
    | '/w/$workspace'
    | '/w/$workspace/models'
    | '/w/$workspace/templates'
    | '/w/$workspace/generate'
    | '/w/$workspace/runs'
    | '/w/$workspace/history'
    | '/w/$workspace/configurations'
    | '/w/$workspace/connections'
    | '/w/$workspace/settings'
  /** Behind `/w/<workspace>`. */
  path: string
  label: string
  icon: LucideIcon
  /** Goes there after `g`: Alt and a number would change the browser's tab. */
  letter: string
  /** Other words that find it. */
  words?: string
}

/** The pages of a workspace, in the order of the rail. */
export const PAGES: readonly AppPage[] = [
  {
    to: '/w/$workspace',
    path: '',
    letter: 'h',
    label: nav.home,
    icon: House,
    words: 'start overview',
  },
  {
    to: '/w/$workspace/models',
    path: 'models',
    letter: 'm',
    label: nav.models,
    icon: Boxes,
    words: 'pipelines graphs designer',
  },
  {
    to: '/w/$workspace/templates',
    path: 'templates',
    letter: 't',
    label: nav.templates,
    icon: FileCode,
    words: 'jinja library',
  },
  {
    to: '/w/$workspace/generate',
    path: 'generate',
    letter: 'g',
    label: nav.generate,
    icon: PackageCheck,
    words: 'bundle scripts build download',
  },
  {
    to: '/w/$workspace/runs',
    path: 'runs',
    letter: 'r',
    label: nav.runs,
    icon: Play,
    words: 'jobs log',
  },
  {
    to: '/w/$workspace/history',
    path: 'history',
    letter: 'v',
    label: nav.history,
    icon: History,
    words: 'commits versions changes restore',
  },
  {
    to: '/w/$workspace/configurations',
    path: 'configurations',
    letter: 'f',
    label: nav.configurations,
    icon: SlidersHorizontal,
    words: 'defaults clusters jobs overrides inheritance',
  },
  {
    to: '/w/$workspace/connections',
    path: 'connections',
    letter: 'c',
    label: nav.connections,
    icon: Cable,
    words: 'databricks token host',
  },
  {
    to: '/w/$workspace/settings',
    path: 'settings',
    letter: 's',
    label: nav.settings,
    icon: Settings,
    words: 'members preferences audit repository rename',
  },
]

/** The page that an address lies in: `/w/shop/models/orders` is in Models. */
export function pageOf(pathname: string): AppPage | undefined {
  const path = pathname.split('/')[3] ?? ''
  return PAGES.find((page) => page.path === path)
}
