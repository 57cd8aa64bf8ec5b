import { useNavigate, useSearch } from '@tanstack/react-router'
import type { ComponentType } from 'react'
import { useWorkspace } from '@/api/workspace'
import { cn } from '@/lib/cn'
import { texts } from '@/texts'
import { useTitle } from '@/ui/title'
import { AboutTab } from './AboutTab'
import { AuditTab } from './AuditTab'
import { GeneralTab } from './GeneralTab'
import { MembersTab } from './MembersTab'
import { PreferencesTab } from './PreferencesTab'
import { RepositoryTab } from './RepositoryTab'

const words = texts.settings

interface Tab {
  key: keyof typeof words.tabs
  screen: ComponentType
  /** Wide enough for a table. */
  wide?: boolean
}

const SECTIONS: readonly { title: string; tabs: readonly Tab[] }[] = [
  {
    title: words.sections.workspace,
    tabs: [
      { key: 'general', screen: GeneralTab },
      { key: 'members', screen: MembersTab, wide: true },
      { key: 'repository', screen: RepositoryTab },
      { key: 'audit', screen: AuditTab, wide: true },
    ],
  },
  { title: words.sections.you, tabs: [{ key: 'preferences', screen: PreferencesTab }] },
  { title: words.sections.server, tabs: [{ key: 'about', screen: AboutTab, wide: true }] },
]
const TABS = SECTIONS.flatMap((section) => section.tabs)

/** Everything that is set once and rarely changed. The tab is in the address. */
export default function SettingsScreen() {
  const search = useSearch({ from: '/signed-in/w/$workspace/settings' })
  const { name } = useWorkspace()
  const tab = TABS.find((one) => one.key === search.tab) ?? TABS[0]
  const title = words.tabs[tab?.key ?? 'general']
  useTitle(title)
  if (!tab) return null
  const Screen = tab.screen
  return (
    <div className="mx-auto flex max-w-6xl flex-col gap-4 px-4 py-6 md:flex-row md:gap-10 md:px-8">
      <TabList current={tab.key} />
      <section
        aria-labelledby="settings-title"
        className={cn('min-w-0 flex-1', tab.wide ? '' : 'max-w-xl')}
      >
        <h1 id="settings-title" className="mb-4 font-semibold text-lg">
          {title}
        </h1>
        <Screen key={name} />
      </section>
    </div>
  )
}

function TabList({ current }: { current: string }) {
  const navigate = useNavigate()
  return (
    <nav
      aria-label={words.title}
      className="flex shrink-0 gap-1 overflow-x-auto md:sticky md:top-6 md:w-40 md:flex-col md:self-start"
    >
      {SECTIONS.map((section) => (
        <div key={section.title} className="flex gap-1 md:mb-3 md:flex-col md:gap-0.5">
          <h2 className="hidden px-2 pb-1 font-medium text-faint text-xs md:block">
            {section.title}
          </h2>
          {section.tabs.map(({ key }) => (
            <button
              key={key}
              type="button"
              aria-current={key === current ? 'page' : undefined}
              onClick={() => navigate({ to: '.', search: { tab: key } })}
              className={cn(
                'h-8 whitespace-nowrap rounded-md px-2 text-left text-sm',
                key === current
                  ? 'bg-hover font-medium'
                  : 'text-muted hover:bg-hover hover:text-text',
              )}
            >
              {words.tabs[key]}
            </button>
          ))}
        </div>
      ))}
    </nav>
  )
}
