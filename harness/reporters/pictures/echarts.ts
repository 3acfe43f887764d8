/** The part of ECharts that is used. The build bundles it into this module: of the 68 MB of the packages a user needs one. */
export { init, setPlatformAPI } from 'echarts/dist/echarts.esm.min'
