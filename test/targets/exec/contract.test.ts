import { describeTarget } from '../../../harness/contract/target.ts'
import { execPlugin } from '../../../harness/targets/exec/index.ts'

describeTarget({
  name: 'exec',
  plugin: execPlugin,
  inARow: 100,
  withTarget: (body) =>
    body({
      config: execPlugin.configSchema.parse({}),
      allowCommands: ['echo', 'sleep'],
      answered: { run: ['echo', 'answered'] },
      silent: { run: ['sleep', '60'] },
      failing: { request: { run: ['echo', '{{unset}}'] }, kind: 'code' },
    }),
})
