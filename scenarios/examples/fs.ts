// Reads, writes and looks at files of one folder, as a FUSE mount or a network file system is asked.
//   mkdir -p /tmp/proofload-files && npx proofload run scenarios/examples/fs.ts
import { constantRate, defineScenario, fs } from 'proofload'

export default defineScenario({
  name: 'files',
  target: fs({ root: '/tmp/proofload-files', lanes: 2 }),
  workload: constantRate({ rate: '100/s', duration: '20s', agents: 20 }),
  warmUp: '2s',
  journeys: {
    write: {
      weight: 1,
      steps: [fs.write('data', { offset: '64KiB', bytes: '4KiB' }, { step: 'write', verify: 'sha256' })],
    },
    read: {
      weight: 4,
      steps: [
        fs.write('data', { offset: '64KiB', bytes: '4KiB' }, { step: 'write', verify: 'sha256' }),
        fs.read('data', { offset: '64KiB', bytes: '4KiB' }, { step: 'read', verify: 'sha256' }),
        fs.stat('data', { step: 'stat' }),
      ],
    },
    list: { weight: 1, steps: [fs.readdir('.', { step: 'list', expect: { count: { min: 0 } } })] },
  },
  objectives: ['p99(response_time{step=read}) < 5ms', 'error_ratio < 0.1%'],
})
