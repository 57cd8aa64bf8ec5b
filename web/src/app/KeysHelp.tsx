import { useMemo } from 'react'
import { shownKeys } from '@/lib/keys'
import { texts } from '@/texts'
import { type Command, useAllCommands } from '@/ui/commands'
import { Dialog } from '@/ui/dialog'
import { Kbd } from '@/ui/state'
import { shellView, useShellView } from './shellView'

/** `?`: all keys that work here. */
export function KeysHelp() {
  const open = useShellView((view) => view.overlay === 'keys')
  return (
    <Dialog
      open={open}
      onOpenChange={(next) => !next && shellView.show(null)}
      title={texts.shell.keys.title}
      description={texts.shell.keys.description}
      width="lg"
    >
      {open && <Keys />}
    </Dialog>
  )
}

function Keys() {
  const sections = useSections()
  if (sections.length === 0) return <p className="text-muted text-sm">{texts.shell.keys.none}</p>
  return (
    <div className="columns-1 gap-8 sm:columns-2">
      {sections.map(([section, commands]) => (
        <section key={section} className="mb-4 break-inside-avoid">
          <h3 className="mb-1 font-semibold text-muted text-xs">{section}</h3>
          <dl>
            {commands.map((command) => (
              <div key={command.id} className="flex items-center gap-3 border-b py-1 last:border-0">
                <dt className="flex-1 text-sm">{command.label}</dt>
                <dd>
                  <Kbd>{shownKeys(command.keys ?? '')}</Kbd>
                </dd>
              </div>
            ))}
          </dl>
        </section>
      ))}
    </div>
  )
}

function useSections(): [string, Command[]][] {
  const all = useAllCommands()
  return useMemo(() => {
    const sections = new Map<string, Command[]>()
    for (const command of all)
      if (command.keys)
        sections.set(command.section, [...(sections.get(command.section) ?? []), command])
    return [...sections]
  }, [all])
}
