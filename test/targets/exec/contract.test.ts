import { describeTarget } from '../../../harness/contract/target.ts'
import { execPlugin } from '../../../harness/targets/exec/index.ts'

const NO_SERVER = 'a command has no server and no connection'

describeTarget({
  name: 'exec',
  has: ['slow'],
  lacks: { mortal: NO_SERVER, dropped: NO_SERVER, pooled: NO_SERVER },
  plugin: execPlugin,
  inARow: 100,
  withTarget: (body) =>
    body({
      config: execPlugin.configSchema.parse({}),
      allowCommands: ['echo', 'sh', 'sleep'],
      answered: { run: ['echo', 'answered'] },
      silent: { run: ['sleep', '60'] },
      failing: { request: { run: ['echo', '{{unset}}'] }, kind: 'code' },
      slow: { request: { run: ['sh', '-c', 'sleep 0.05; echo late'] }, ms: 50 },
    }),
})
