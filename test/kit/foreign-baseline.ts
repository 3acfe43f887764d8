import { join } from 'node:path'
import { emptyBaseline } from '../../harness/analysis/comparison/baseline.ts'
import { updateBaseline } from '../../harness/store/baselines.ts'
import { aRecord } from './builders.ts'

/** Puts a baseline `main` of another machine where a command finds it: its runs are of no use, and pairs decide alone. */
export async function putForeignBaseline(cwd: string, scenario: string): Promise<void> {
  const address = { folder: join(cwd, 'baselines'), scenario, name: 'main' }
  await updateBaseline(address, () => emptyBaseline('main', aRecord({ okMs: [20], changes: { scenario } })))
}
