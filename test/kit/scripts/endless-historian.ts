/** A process that adds runs to a history until it is killed; says when it is in the midst of it. */
import { openHistory } from '../../../harness/store/history/open-history.ts'
import { aHistoryRun } from '../../contract/history.ts'

const [, , file = '', number = '0'] = process.argv
const store = await openHistory(file)
for (let night = 0; ; night++) {
  await store.add(aHistoryRun(night, { id: `run-${number}-${night}` }))
  if (night === 10) process.send?.('in the midst')
}
