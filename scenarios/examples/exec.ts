// Runs a command of this machine, without a shell, two at once.
//   npx proofload run scenarios/examples/exec.ts
import { constantRate, defineScenario, exec } from 'proofload'

export default defineScenario({
  name: 'commands',
  target: { ...exec({ maxOutput: '64KiB' }), connections: 2 },
  allowCommands: ['echo', 'grep'],
  workload: constantRate({ rate: '10/s', duration: '20s', agents: 20 }),
  warmUp: '2s',
  journeys: {
    echo: { steps: [exec.run(['echo', 'hello'], { expect: { body: { contains: 'hello' } } })] },
    search: {
      steps: [exec.run(['grep', 'x'], { step: 'search', stdin: 'no such letter', expect: { status: 1 } })],
    },
  },
  objectives: ['p95(response_time) < 200ms', 'error_ratio < 1%'],
})
