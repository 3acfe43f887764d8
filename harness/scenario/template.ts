/** Returns the scenario that `proofload init` writes in YAML and JSON, which hold no code. @param url null = the embedded sandbox */
export function plainTemplate(name: string, url: string | null): object {
  const path = url === null ? '/items' : '/'
  return {
    name,
    target: url === null ? { plugin: 'sandbox' } : { plugin: 'http', config: { url } },
    workload: { pattern: 'constant-agents', agents: 20, duration: '15s' },
    warmUp: '2s',
    journeys: {
      browse: {
        steps: [{ request: { method: 'GET', path }, expect: { status: 200 } }, { think: '100ms..300ms' }],
      },
    },
    objectives: ['p95(response_time) < 200ms', 'error_ratio < 1%'],
  }
}

/** Returns the scenario that `proofload init` writes in TypeScript. @param url null = the embedded sandbox */
export function scenarioTemplate(name: string, url: string | null): string {
  const target = url === null ? 'sandbox()' : `http({ url: '${url}' })`
  const path = url === null ? '/items' : '/'
  return `import { constantAgents, defineScenario, http, ${url === null ? 'sandbox, ' : ''}think } from 'proofload'

export default defineScenario({
  name: '${name}',
  target: ${target},

  // 20 agents, each starting anew after its answer and its think time.
  workload: constantAgents({ agents: 20, duration: '15s' }),
  warmUp: '2s',

  journeys: {
    browse: { weight: 3, steps: [http.get('${path}', { expect: { status: 200 } }), think('100ms..300ms')] },

    // Code where code reads better.
    visit: {
      weight: 1,
      async run({ target, agent }) {
        const page = await target.get('${path}', { step: 'visit' })
        if (page.ok) await agent.think('200ms..400ms')
      },
    },
  },

  objectives: ['p95(response_time) < 200ms', 'error_ratio < 1%'],
})
`
}
