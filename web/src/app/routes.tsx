import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  redirect,
} from '@tanstack/react-router'
import { sessionStore } from '@/api/session'
import { Root } from './Root'
import { WorkspaceLayout } from './WorkspaceLayout'

const text = (value: unknown): string | undefined =>
  typeof value === 'string' && value ? value : undefined

const root = createRootRoute({ component: Root })

const signIn = createRoute({
  getParentRoute: () => root,
  path: '/sign-in',
  validateSearch: (search) => ({ to: text(search.to) }),
  component: lazyRouteComponent(() => import('@/features/sign-in/SignInScreen')),
})
const callback = createRoute({
  getParentRoute: () => root,
  path: '/auth/callback',
  component: lazyRouteComponent(() => import('@/features/sign-in/CallbackScreen')),
})
const newPassword = createRoute({
  getParentRoute: () => root,
  path: '/auth/new-password',
  component: lazyRouteComponent(() => import('@/features/sign-in/NewPasswordScreen')),
})
const join = createRoute({
  getParentRoute: () => root,
  path: '/join/$token',
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
  validateSearch: (search) => ({
    q: text(search.q),
    tag: text(search.tag),
    owner: text(search.owner),
    status: text(search.status),
    sort: text(search.sort),
  }),
  component: lazyRouteComponent(() => import('@/features/models/ModelsScreen')),
})
const designer = createRoute({
  getParentRoute: () => workspace,
  path: '/models/$model',
  validateSearch: (search) => ({
    node: text(search.node),
    drawer: text(search.drawer),
    /** A commit to compare with. */
    compare: text(search.compare),
  }),
  component: lazyRouteComponent(() => import('@/features/designer/DesignerScreen')),
})
const templates = createRoute({
  getParentRoute: () => workspace,
  path: '/templates',
  validateSearch: (search) => ({
    q: text(search.q),
    category: text(search.category),
    template: text(search.template),
  }),
  component: lazyRouteComponent(() => import('@/features/template-library/TemplatesScreen')),
})
const generate = createRoute({
  getParentRoute: () => workspace,
  path: '/generate',
  validateSearch: (search) => ({ model: text(search.model), generation: text(search.generation) }),
  component: lazyRouteComponent(() => import('@/features/generate/GenerateScreen')),
})
const runs = createRoute({
  getParentRoute: () => workspace,
  path: '/runs',
  validateSearch: (search) => ({ run: text(search.run) }),
  component: lazyRouteComponent(() => import('@/features/runs/RunsScreen')),
})
const history = createRoute({
  getParentRoute: () => workspace,
  path: '/history',
  validateSearch: (search) => ({ path: text(search.path), commit: text(search.commit) }),
  component: lazyRouteComponent(() => import('@/features/history/HistoryScreen')),
})
const connections = createRoute({
  getParentRoute: () => workspace,
  path: '/connections',
  component: lazyRouteComponent(() => import('@/features/connections/ConnectionsScreen')),
})
const settings = createRoute({
  getParentRoute: () => workspace,
  path: '/settings',
  validateSearch: (search) => ({ tab: text(search.tab) }),
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
        generate,
        runs,
        history,
        connections,
        settings,
      ]),
    ]),
  ]),
  defaultPreload: 'intent',
  // Slow pages may take a moment before anything else is shown.
  defaultPendingMs: 300,
})

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router
  }
}
