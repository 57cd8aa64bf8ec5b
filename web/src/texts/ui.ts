export const ui = {
  close: 'Close',
  cancel: 'Cancel',
  loading: 'Loading',
  failed: 'That did not work',
  noMatch: 'No match',
  noProblems: 'No problems',
  define: 'Go to definition',
  severity: { error: 'Error', warning: 'Warning', info: 'Note' },
  table: {
    selectAll: 'Select all',
    select: (name: string) => `Select ${name}`,
    actions: 'Actions',
  },
  presence: {
    label: 'Who else is here',
    somebody: 'Somebody',
    you: 'You in another tab',
    edits: (name: string, node: string) => (node ? `${name}: editing ${node}` : `${name}: editing`),
    looks: (name: string) => `${name}: looking`,
    editing: (names: string[]) =>
      `${names.join(' and ')} ${names.length === 1 ? 'is' : 'are'} editing this too. Saving brings both versions together and asks where they contradict.`,
    otherTab: 'You are editing this in another tab too.',
  },
  families: {
    source: 'Sources',
    transformation: 'Transformations',
    destination: 'Destinations',
    control: 'Control',
    job_and_compute: 'Jobs and compute',
    unity_catalog: 'Unity Catalog',
  },
} as const
