/** All of ECharts in one file: loads ten times as fast as its hundreds of modules, and has no types of its own. */
declare module 'echarts/dist/echarts.esm.min' {
  export * from 'echarts'
}
