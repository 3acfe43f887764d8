/** The process of a `module` undo: imports the bundle (argument 1), calls its undo with the context (argument 2, JSON). */
import { pathToFileURL } from 'node:url'
import type { UndoContext, UndoFunction } from '../ports/rollback-procedure.ts'

const [bundle = '', context = ''] = process.argv.slice(2)
const { undo } = (await import(pathToFileURL(bundle).href)) as { readonly undo?: unknown }
if (typeof undo !== 'function') {
  process.stderr.write('the module does not export a function undo\n')
  process.exit(1)
}
const said = await (undo as UndoFunction)(JSON.parse(context) as UndoContext)
if (typeof said === 'string') process.stdout.write(`${said}\n`)
// Connections and timers that it left open are not waited for.
process.exit(0)
