import { constantRate, defineScenario, kafka } from 'proofload'

/** Orders of twenty customers through a topic that is made for the run, and two workers. */
export default defineScenario({
  name: 'kafka-orders',
  target: kafka({
    brokers: ['127.0.0.1:9092'],
    consume: { topic: 'example-orders', partitions: 4, members: 2, work: '0ms..2ms' },
  }),
  workload: constantRate({ rate: '200/s', duration: '30s' }),
  journeys: {
    order: {
      steps: [
        kafka.produce({ topic: 'example-orders', key: '{{agent.id}}', size: '1KiB' }, { step: 'order' }),
      ],
    },
  },
  objectives: ['p99(delivery_time) < 500ms', 'loss_ratio <= 0%'],
})
