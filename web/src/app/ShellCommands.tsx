import { useNavigate } from '@tanstack/react-router'
import { useMemo } from 'react'
import { toast } from 'sonner'
import { usePreferences } from '@/api/preferences'
import { signOut } from '@/api/session'
import { useWorkspace } from '@/api/workspace'
import type { Theme } from '@/lib/theme'
import { texts } from '@/texts'
import { type Command, useCommands } from '@/ui/commands'
import { PAGES } from './pages'
import { shellView } from './shellView'

const { commands, bar } = texts.shell
const THEMES: readonly Theme[] = ['light', 'dark', 'system']

/** What can be asked for on every page. */
export function ShellCommands() {
  const navigate = useNavigate()
  const { slug } = useWorkspace()
  const { setTheme } = usePreferences()
  useCommands(
    useMemo((): Command[] => {
      const pages = PAGES.map(
        (page): Command => ({
          id: `page.${page.path || 'home'}`,
          label: commands.goTo(page.label),
          section: commands.go,
          keys: `g ${page.letter}`,
          // The palette lists pages by themselves.
          hidden: true,
          run: () => navigate({ to: page.to, params: { workspace: slug } }),
        }),
      )
      const themes = THEMES.map(
        (theme): Command => ({
          id: `theme.${theme}`,
          label: commands.theme(bar.themes[theme]),
          section: commands.look,
          words: 'dark light mode colours appearance',
          run: () => {
            setTheme(theme).catch(() => undefined)
          },
        }),
      )
      return [
        {
          id: 'palette.open',
          label: commands.palette,
          section: commands.section,
          keys: 'mod+k',
          whileTyping: true,
          hidden: true,
          run: () => shellView.show('palette'),
        },
        {
          id: 'keys.show',
          label: commands.keys,
          section: commands.section,
          keys: '?',
          words: 'help hotkeys bindings',
          run: () => shellView.show('keys'),
        },
        {
          id: 'rail.toggle',
          label: commands.rail,
          section: commands.look,
          keys: 'mod+b',
          words: 'sidebar',
          run: shellView.toggleRail,
        },
        ...themes,
        {
          id: 'link.copy',
          label: commands.copyLink,
          section: commands.section,
          words: 'share url address',
          run: () => {
            navigator.clipboard.writeText(location.href).then(
              () => toast.success(commands.linkCopied),
              () => undefined,
            )
          },
        },
        {
          id: 'session.end',
          label: commands.signOut,
          section: commands.section,
          words: 'log out leave',
          run: () => {
            signOut()
          },
        },
        ...pages,
      ]
    }, [navigate, slug, setTheme]),
  )
  return null
}
