import { constantRate, defineScenario, nats } from 'proofload'

/** Orders through a JetStream stream and back: none may be lost, and half of a second is too long to wait for one. */
export default defineScenario({
  name: 'nats-orders',
  target: nats({
    url: 'nats://127.0.0.1:4222',
    streams: [{ name: 'EXAMPLE_ORDERS', subjects: ['example.orders.>'], storage: 'memory' }],
    consume: { subject: 'example.orders.>', stream: 'EXAMPLE_ORDERS', members: 2, work: '0ms..2ms' },
  }),
  workload: constantRate({ rate: '200/s', duration: '30s' }),
  journeys: {
    order: { steps: [nats.jetstream({ subject: 'example.orders.new', size: '1KiB' }, { step: 'order' })] },
  },
  objectives: ['p99(delivery_time) < 500ms', 'loss_ratio <= 0%', 'max(consumer_lag) < 1000'],
})
