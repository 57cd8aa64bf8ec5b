import { counted } from './counted'

export const home = {
  newModel: 'New model',
  allModels: 'All models',
  go: {
    title: 'Continue',
    nothing: 'Models that you open show up here.',
    draft: 'Unsaved draft',
    movedOn: 'Draft, and saved by somebody else since',
    opened: (ago: string) => `Opened ${ago}`,
    edited: (ago: string) => `Edited ${ago}`,
    changed: (ago: string, by: string) => (by ? `Changed ${ago} by ${by}` : `Changed ${ago}`),
  },
  problems: {
    title: 'Needs attention',
    nothing: (models: number) =>
      models === 1 ? 'The model is clean.' : `All ${counted(models, 'model')} are clean.`,
    all: 'All with problems',
  },
  generations: {
    title: 'Last generations',
    nothing: 'Nothing was generated yet. A generation makes a Databricks bundle from your models.',
    generate: 'Generate',
    everything: 'All models',
    statuses: {
      draft: 'Not finished',
      generated: 'Generated',
      deployed: 'Deployed',
      failed: 'Has errors',
    },
  },
  examples: {
    title: 'Begin with an example',
    words:
      'Each is a complete pipeline that generates a bundle as it is. Open one, look around, change what you like.',
    use: 'Use this example',
    useNamed: 'Use the example',
    nodes: (count: number) => counted(count, 'node'),
    orBlank: 'Or begin with a blank model',
  },
  cannotLoad: 'This part could not be loaded.',
  again: 'Try again',
} as const
