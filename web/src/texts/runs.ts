export const runs = {
  title: 'Runs',
  hint: 'Work that the server does for this workspace. Runs of Databricks jobs come with connections to Databricks.',
  none: 'No work so far',
  noneHint: 'When you generate a bundle, you can follow it here, see how long it took and stop it.',
  generate: 'Generate a bundle',
  kinds: { generate: 'Generate' } as Readonly<Record<string, string>>,
  all: 'everything',
  columns: { work: 'Work', status: 'Status', began: 'Asked for', took: 'Took', who: 'By' },
  statuses: {
    queued: 'Waiting',
    running: 'Running',
    succeeded: 'Done',
    failed: 'Failed',
    cancelled: 'Stopped',
    refused: 'Found errors',
    stopping: 'Stopping',
  },
  filter: 'Status',
  filters: { all: 'All', going: 'Going on', done: 'Done', failed: 'With errors' },
  noneHere: 'No work has this status.',
  stop: 'Stop',
  more: 'Show older',
  log: 'What happened',
  details: (what: string) => `Details of ${what}`,
  close: 'Close the details',
  asked: (who: string) => `Asked for by ${who}`,
  started: 'Began',
  ended: { succeeded: 'Ended', failed: 'Failed', cancelled: 'Stopped' },
  step: (done: number, total: number, text: string) =>
    [total ? `${done.toLocaleString('en')} of ${total.toLocaleString('en')}` : '', text]
      .filter(Boolean)
      .join(': '),
  openResult: 'Open the result',
  openProblems: 'See the problems',
  result: {
    scripts: 'Scripts',
    models: 'Models',
    files: 'Files',
  },
  stopAsked: 'It stops at its next step.',
  somebody: 'somebody who has left',
  seconds: (seconds: number) =>
    seconds < 60
      ? `${seconds.toLocaleString('en', { maximumFractionDigits: 1 })} s`
      : `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`,
} as const
