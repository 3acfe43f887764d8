/** Resumes a rollback whose system is healthy as soon as no undo runs; writes the record to stdout. Arguments: folder, state file. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { resumeRollback } from '../../harness/app/rollback/resume.ts'
import { createSystemClock } from '../../harness/base/clock.ts'
import { FileStateStore } from '../../harness/store/state/file-state-store.ts'
import { aRollbackRequest } from './rollback.ts'

const [folder = '', state = ''] = process.argv.slice(2)
const clock = createSystemClock()
const store = new FileStateStore(state, clock)
const note = (message: string) => void process.stderr.write(`note ${message}\n`)
const request = aRollbackRequest(folder, { store, clock, note })
const linesIn = (name: string) =>
  existsSync(join(folder, name)) ? readFileSync(join(folder, name), 'utf8').trim().split('\n').length : 0

const record = await resumeRollback({
  ...request,
  repeatUndo: false,
  createHooks: () => ({
    ...request,
    // Looked at while the undo still runs, it would not be healthy.
    validate: () => {
      const isOver = !existsSync(join(folder, 'go')) || linesIn('ended') === 1
      return Promise.resolve({ outcome: isOver ? ('GO' as const) : ('NO_GO' as const), message: 'looked' })
    },
  }),
})
process.stdout.write(JSON.stringify({ record, log: request.log }))
await store.close()
