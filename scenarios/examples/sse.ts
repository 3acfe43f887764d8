/** Subscribers to events: how soon the first comes, and how steadily the others. */
import { constantRate, defineScenario, sse } from 'proofload'

export default defineScenario({
  name: 'sse',
  target: sse({ url: 'http://127.0.0.1:8080' }),
  workload: constantRate({ rate: '20/s', duration: '1m', agents: 100 }),
  journeys: {
    follow: { steps: [sse.subscribe('/events', { until: { events: 10 }, step: 'ten events' })] },
  },
  objectives: ['p99(first_event_time) < 500ms', 'p99(event_gap) < 2s', 'error_ratio <= 0.1%'],
})
