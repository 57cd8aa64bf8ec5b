import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useDeferredValue } from 'react'
import { cn } from '@/lib/cn'
import { panels } from '@/texts/designerPanels'
import { type Named, TextInput } from '@/ui/form/inputs'
import { isFormula } from '@/ui/form/schema'
import { Select } from '@/ui/select'
import { nextRuns } from '../asks'

const t = panels.cron
const CUSTOM = 'custom'
const PRESETS = [
  { value: '0 0 * * * ?', label: t.hourly },
  { value: '0 0 6 * * ?', label: t.daily },
  { value: '0 0 6 ? * MON-FRI', label: t.weekdays },
  { value: '0 0 6 ? * MON', label: t.weekly },
  { value: '0 0 6 1 * ?', label: t.monthly },
]

/** When something runs: a usual time or a Quartz expression, said in words, with the next runs. */
export function CronField({
  value,
  onChange,
  timeZone,
  readOnly,
  named,
  label,
  placeholder,
}: {
  value: unknown
  onChange: (value: unknown) => void
  timeZone: string
  readOnly: boolean
  named: Named
  label: string
  placeholder: string
}) {
  const typed = typeof value === 'string' ? value.trim() : ''
  const quartz = useDeferredValue(typed)
  const { data, isPlaceholderData } = useQuery({
    queryKey: ['schedules-next', quartz, timeZone],
    queryFn: () => nextRuns(quartz, timeZone),
    enabled: quartz !== '' && !isFormula(quartz),
    placeholderData: keepPreviousData,
    staleTime: 60_000,
    retry: false,
  })
  const preset = PRESETS.find((one) => one.value === typed)
  const isOld = isPlaceholderData || quartz !== typed
  const shown = new Intl.DateTimeFormat('en', {
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
    timeZone: isTimeZone(timeZone) ? timeZone : 'UTC',
  })
  return (
    <div className="grid gap-1">
      <Select
        aria-label={t.presets}
        value={preset?.value ?? CUSTOM}
        options={[...PRESETS, { value: CUSTOM, label: t.custom }]}
        disabled={readOnly}
        onChange={(next) => next !== CUSTOM && onChange(next)}
      />
      <TextInput
        {...named}
        mono
        label={label}
        value={value}
        readOnly={readOnly}
        placeholder={placeholder}
        onChange={onChange}
      />
      {typed && data && data.runs.length > 0 && (
        <div className={cn('rounded-md bg-sunken px-2 py-1.5 text-xs', isOld && 'opacity-60')}>
          <p className="font-medium">{data.words}</p>
          <p className="mt-1 text-muted">{t.next}</p>
          <ol className="text-muted">
            {data.runs.map((run) => (
              <li key={run}>{shown.format(new Date(run))}</li>
            ))}
          </ol>
        </div>
      )}
    </div>
  )
}

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name })
    return name !== ''
  } catch {
    return false
  }
}
