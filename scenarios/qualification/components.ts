// Stage 1 of the qualification: policy engine, language model, expert and event store, each against its own bound.
import { constantRate, defineScenario, http, sandbox } from 'proofload'

export default defineScenario({
  name: 'components',
  target: sandbox(),
  workload: constantRate({ rate: '20/s', duration: '12s' }),
  warmUp: '2s',
  journeys: {
    command: {
      steps: [
        http.post('/components/policy', { step: 'policy', component: 'policy' }),
        http.post('/components/llm', { step: 'model', component: 'llm' }),
        http.post('/components/expert', { step: 'expert', component: 'expert' }),
        http.post('/components/event-store', { step: 'append', component: 'event-store' }),
      ],
    },
  },
  objectives: [
    'p95(component_time{component=policy}) < 60ms',
    'p95(component_time{component=llm}) < 200ms',
    'p95(component_time{component=expert}) < 150ms',
    'p95(component_time{component=event-store}) < 40ms',
  ],
})
