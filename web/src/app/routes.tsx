import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  redirect,
} from '@tanstack/react-router'
import { sessionStore } from '@/api/session'
import { RouteFault } from './FaultScreen'
import { MissingPage } from './MissingScreen'
import { Root } from './Root'
import { WorkspaceLayout } from './WorkspaceLayout'

type Asked<Text extends string, Flag extends string> = {
  [Name in Text | Flag]?: Name extends Flag ? true : string
}

/** What an address may ask a page for: texts, and flags that are there or not. */
const asks =
  <const Text extends string, const Flag extends string = never>(
    names: readonly Text[],
    flags: readonly Flag[] = [],
  ) =>
  (search: Record<string, unknown>): Asked<Text, Flag> => {
    const found: Record<string, string | true> = {}
    for (const name of names) {
      const value = search[name]
      // `?q=12` comes as a number.
      if (typeof value === 'string' ? value : typeof value === 'number') found[name] = String(value)
    }
    for (const name of flags) if (search[name] === true) found[name] = true
    return found as Asked<Text, Flag>
  }

const root = createRootRoute({ component: Root })

const signIn = createRoute({
  getParentRoute: () => root,
  path: '/sign-in',
  validateSearch: asks(['to'], ['ended']),
  component: lazyRouteComponent(() => import('@/features/sign-in/SignInScreen')),
})
const callback = createRoute({
  getParentRoute: () => root,
  path: '/auth/callback',
  validateSearch: asks(['to', 'error_description', 'message']),
  component: lazyRouteComponent(() => import('@/features/sign-in/CallbackScreen')),
})
const newPassword = createRoute({
  getParentRoute: () => root,
  path: '/auth/new-password',
  component: lazyRouteComponent(() => import('@/features/sign-in/NewPasswordScreen')),
})
const join = createRoute({
  getParentRoute: () => root,
  /** The token is behind `#`, where no server and no log sees it. */
  path: '/invitation',
  component: lazyRouteComponent(() => import('@/features/sign-in/JoinScreen')),
})

/** Everything below needs somebody who is signed in; the address comes back afterwards. */
const signedIn = createRoute({
  getParentRoute: () => root,
  id: 'signed-in',
  beforeLoad: ({ location }) => {
    if (sessionStore.getState().signedIn.state === 'out')
      throw redirect({ to: '/sign-in', search: { to: location.href }, replace: true })
  },
})
const start = createRoute({
  getParentRoute: () => signedIn,
  path: '/',
  validateSearch: asks([], ['new', 'all']),
  component: lazyRouteComponent(() => import('@/features/first-run/FirstRunScreen')),
})
const workspace = createRoute({
  getParentRoute: () => signedIn,
  path: '/w/$workspace',
  component: WorkspaceLayout,
})
const home = createRoute({
  getParentRoute: () => workspace,
  path: '/',
  component: lazyRouteComponent(() => import('@/features/home/HomeScreen')),
})
const models = createRoute({
  getParentRoute: () => workspace,
  path: '/models',
  validateSearch: asks(['q', 'tag', 'owner', 'status', 'sort']),
  component: lazyRouteComponent(() => import('@/features/models/ModelsScreen')),
})
const designer = createRoute({
  getParentRoute: () => workspace,
  path: '/models/$model',
  validateSearch: asks(['node', 'drawer', 'compare']),
  component: lazyRouteComponent(() => import('@/features/designer/DesignerScreen')),
})
const templates = createRoute({
  getParentRoute: () => workspace,
  path: '/templates',
  validateSearch: asks([
    'q',
    'category',
    'template',
    'tab',
    'output',
    'node',
    'tag',
    'needs',
    'from',
  ]),
  component: lazyRouteComponent(() => import('@/features/template-library/TemplatesScreen')),
})
const templatePacks = createRoute({
  getParentRoute: () => workspace,
  path: '/templates/packs',
  component: lazyRouteComponent(() => import('@/features/template-library/PacksScreen')),
})
const newTemplate = createRoute({
  getParentRoute: () => workspace,
  path: '/templates/new',
  validateSearch: asks(['way', 'from']),
  component: lazyRouteComponent(() => import('@/features/template-editor/NewTemplateScreen')),
})
const templateEditor = createRoute({
  getParentRoute: () => workspace,
  path: '/templates/$template/edit',
  validateSearch: asks(['drawer']),
  component: lazyRouteComponent(() => import('@/features/template-editor/TemplateEditorScreen')),
})
const generate = createRoute({
  getParentRoute: () => workspace,
  path: '/generate',
  validateSearch: asks(['model', 'step', 'script', 'job', 'generation', 'view', 'compare', 'file']),
  component: lazyRouteComponent(() => import('@/features/generate/GenerateScreen')),
})
const runs = createRoute({
  getParentRoute: () => workspace,
  path: '/runs',
  validateSearch: asks(['run']),
  component: lazyRouteComponent(() => import('@/features/runs/RunsScreen')),
})
const history = createRoute({
  getParentRoute: () => workspace,
  path: '/history',
  validateSearch: asks(['path', 'commit']),
  component: lazyRouteComponent(() => import('@/features/history/HistoryScreen')),
})
const configurations = createRoute({
  getParentRoute: () => workspace,
  path: '/configurations',
  validateSearch: asks(['model', 'recipe', 'target']),
  component: lazyRouteComponent(() => import('@/features/configurations/ConfigurationsScreen')),
})
const connections = createRoute({
  getParentRoute: () => workspace,
  path: '/connections',
  component: lazyRouteComponent(() => import('@/features/connections/ConnectionsScreen')),
})
const settings = createRoute({
  getParentRoute: () => workspace,
  path: '/settings',
  validateSearch: asks(['tab', 'operation', 'actor', 'since', 'until'], ['signIns']),
  component: lazyRouteComponent(() => import('@/features/settings/SettingsScreen')),
})

export const router = createRouter({
  routeTree: root.addChildren([
    signIn,
    callback,
    newPassword,
    join,
    signedIn.addChildren([
      start,
      workspace.addChildren([
        home,
        models,
        designer,
        templates,
        templatePacks,
        newTemplate,
        templateEditor,
        generate,
        runs,
        history,
        configurations,
        connections,
        settings,
      ]),
    ]),
  ]),
  defaultPreload: 'intent',
  defaultErrorComponent: RouteFault,
  defaultNotFoundComponent: MissingPage,
  // Slow pages may take a moment before anything else is shown.
  defaultPendingMs: 300,
})

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router
  }
}
