/** A process that opens a history and says how many runs it holds. */
import { openHistory } from '../../../harness/store/history/open-history.ts'

const store = await openHistory(process.argv[2] ?? '')
process.stdout.write(String((await store.list({})).length))
await store.close()
