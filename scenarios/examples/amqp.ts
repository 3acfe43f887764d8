import { amqp, constantRate, defineScenario } from 'proofload'

/** Orders through a queue that is made for the run, and two workers. */
export default defineScenario({
  name: 'amqp-orders',
  target: amqp({
    url: 'amqp://127.0.0.1:5672',
    consume: { queue: 'example-orders', members: 2, prefetch: 50, work: '0ms..2ms' },
  }),
  workload: constantRate({ rate: '200/s', duration: '30s' }),
  journeys: {
    order: { steps: [amqp.publish({ routingKey: 'example-orders', size: '1KiB' }, { step: 'order' })] },
  },
  objectives: ['p99(delivery_time) < 500ms', 'loss_ratio <= 0%'],
})
