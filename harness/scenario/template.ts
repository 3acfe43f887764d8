/** The scenario that `proofload init` writes. @param url null = the embedded sandbox */
export function scenarioTemplate(url: string | null): string {
  const target = url === null ? 'sandbox()' : `http({ url: '${url}' })`
  const path = url === null ? '/items' : '/'
  return `import { constantAgents, defineScenario, http, ${url === null ? 'sandbox, ' : ''}think } from 'proofload'

export default defineScenario({
  name: 'first',
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
