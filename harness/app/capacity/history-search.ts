/** A finished search as the history keeps it: its answer. Its probes stay in its folder. */
import { fingerprintOf } from '../../analysis/comparison/baseline.ts'
import type { HistorySearch } from '../../model/history.ts'
import type { Environment } from '../../model/run-record.ts'
import { type AnsweredCapacity, requestsPerStart } from '../../text/capacity-text.ts'

export function historySearchOf(
  { capacityId, scenario, by, startedAt, loadHash, probes, answer }: AnsweredCapacity,
  environment: Environment,
  of: Pick<HistorySearch, 'build' | 'scenarioHash'>,
): HistorySearch {
  return {
    schemaVersion: 1,
    id: capacityId,
    kind: 'capacity',
    scenario,
    startedAt,
    loadMs: probes.reduce((total, { seconds }) => total + 1000 * seconds, 0),
    outcome: answer.outcome,
    valid: answer.safe !== null,
    ...of,
    loadHash,
    bootId: environment.bootId,
    environment: fingerprintOf(environment),
    by,
    requestsPerStart: requestsPerStart(probes),
    answer,
  }
}
