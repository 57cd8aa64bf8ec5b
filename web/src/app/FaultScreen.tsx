import { useRouter } from '@tanstack/react-router'
import { RotateCcw } from 'lucide-react'
import { useMemo, useState } from 'react'
import { Refusal, Unreachable } from '@/api/refusal'
import { sessionStore } from '@/api/session'
import { reportText } from '@/lib/report'
import { texts } from '@/texts'
import { Button, buttonLook } from '@/ui/button'
import { MissingScreen } from './MissingScreen'

const words = texts.shell.faults

/** What stands in the place of a page that has failed. */
export function FaultScreen({ error, reset }: { error: unknown; reset: () => void }) {
  if (error instanceof Refusal && error.status === 404)
    return (
      <MissingScreen title={texts.shell.missing.thing}>
        {error.message} {error.remedy}
      </MissingScreen>
    )
  if (error instanceof Refusal && error.status < 500)
    return <Told title={words.refused} text={`${error.message} ${error.remedy}`} reset={reset} />
  if (error instanceof Unreachable)
    return <Told title={words.unreachable} text={words.unreachableText} reset={reset} />
  if (isOldBuild(error))
    return (
      <Told
        title={words.newVersion}
        text=""
        reset={() => location.reload()}
        action={words.reload}
      />
    )
  return <Report error={error} reset={reset} />
}

/** After a release the parts that this page would load next are not there any more. */
const isOldBuild = (error: unknown) =>
  error instanceof Error && /dynamically imported module|module script failed/i.test(error.message)

function Told({
  title,
  text,
  reset,
  action = words.retry,
}: {
  title: string
  text: string
  reset: () => void
  action?: string
}) {
  return (
    <div role="alert" className="mx-auto grid max-w-md gap-3 px-6 py-20">
      <h1 className="font-semibold text-lg">{title}</h1>
      {text && <p className="text-muted">{text}</p>}
      <div>
        <Button variant="primary" onClick={reset}>
          <RotateCcw />
          {action}
        </Button>
      </div>
    </div>
  )
}

function Report({ error, reset }: { error: unknown; reset: () => void }) {
  const [told, tell] = useState('')
  const text = useMemo(
    () =>
      reportText({
        version: sessionStore.getState().about?.version ?? '',
        address: location.pathname + location.search,
        requestId: error instanceof Refusal ? error.requestId : '',
        error,
        browser: navigator.userAgent,
        at: new Date(),
      }),
    [error],
  )
  const copy = () =>
    navigator.clipboard.writeText(text).then(
      () => tell(words.copied),
      () => tell(words.notCopied),
    )
  return (
    <div role="alert" className="mx-auto grid max-w-2xl gap-3 px-6 py-16">
      <h1 className="font-semibold text-lg">{words.title}</h1>
      <p className="text-muted">{words.text}</p>
      <div className="flex flex-wrap items-center gap-2">
        <Button variant="primary" onClick={reset}>
          <RotateCcw />
          {words.retry}
        </Button>
        <Button onClick={copy}>{words.copy}</Button>
        {/* Not a link of the router: what has failed may be the router's state. */}
        <a href="/" className={buttonLook()}>
          {words.home}
        </a>
        <span role="status" className="text-muted text-sm">
          {told}
        </span>
      </div>
      <section aria-label={words.details}>
        <pre
          // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so the keyboard must reach it
          tabIndex={0}
          className="max-h-80 overflow-auto rounded-md border bg-sunken p-3 font-mono text-xs"
        >
          {text}
        </pre>
      </section>
    </div>
  )
}

/** The same for a route; trying again also asks for its data again. */
export function RouteFault({ error, reset }: { error: unknown; reset: () => void }) {
  const router = useRouter()
  return (
    <FaultScreen
      error={error}
      reset={() => {
        reset()
        router.invalidate()
      }}
    />
  )
}
