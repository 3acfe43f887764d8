// Rolls a broken release back for practice: passes when the run is NO-GO, its rollback is carried out, and the system is healthy after it.
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const proofload = fileURLToPath(new URL('cli/main.js', import.meta.resolve('proofload')))
const flags = ['--arm-rollback', '--no-history', '--quiet', '--json', '--out', '.proofload/drill']
const { stdout, stderr } = spawnSync(
  process.execPath,
  [proofload, 'run', 'scenarios/qualification/broken-release.ts', ...flags],
  { encoding: 'utf8' },
)
const verdict = stdout.startsWith('{') ? JSON.parse(stdout) : null
const rollback = verdict?.rollback?.outcome ?? 'none'
process.stdout.write(
  `${stderr}the release is ${verdict?.outcome ?? 'not judged'}, its rollback: ${rollback}\n`,
)
const isPassed = verdict?.outcome === 'NO_GO' && rollback === 'succeeded'
// 75 says that nothing can be said: the machine was busy.
const otherwise = verdict?.outcome === 'INCONCLUSIVE' ? 75 : 1
process.exit(isPassed ? 0 : otherwise)
