import { HarnessError } from '../base/errors.ts'
import { http } from '../targets/http/builder.ts'
import { constantAgents } from '../workloads/constant-agents.ts'
import { URL_AGENTS, URL_DURATION } from './defaults.ts'

/** The document of `proofload run URL`: one journey of one request. @throws HarnessError SCENARIO_INVALID */
export function scenarioFromUrl(source: string): object {
  const url = URL.canParse(source) ? new URL(source) : null
  if (url === null) {
    throw new HarnessError('SCENARIO_INVALID', `${source} is not a URL`, {
      hint: 'Write it like http://127.0.0.1:8080/path.',
    })
  }
  if (url.username !== '' || url.password !== '') {
    throw new HarnessError('SCENARIO_INVALID', 'a URL must not hold credentials: they would be recorded', {
      hint: "Write a scenario file and send a header with secret('NAME').",
    })
  }
  const port = url.port || (url.protocol === 'https:' ? '443' : '80')
  return {
    name: `${url.hostname}-${port}`.replace(/[^\w-]+/g, '-').replace(/^-+/, ''),
    target: http({ url: url.origin }),
    workload: constantAgents({ agents: URL_AGENTS, duration: URL_DURATION }),
    journeys: { request: { steps: [http.get(`${url.pathname}${url.search}`)] } },
  }
}
