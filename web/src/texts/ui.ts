export const ui = {
  close: 'Close',
  cancel: 'Cancel',
  loading: 'Loading',
  noMatch: 'No match',
  noProblems: 'No problems',
  severity: { error: 'Error', warning: 'Warning', info: 'Note' },
  families: {
    source: 'Sources',
    transformation: 'Transformations',
    destination: 'Destinations',
    control: 'Control',
    job_and_compute: 'Jobs and compute',
    unity_catalog: 'Unity Catalog',
  },
} as const
