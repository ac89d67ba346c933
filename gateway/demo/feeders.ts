/** Circuits of the low-voltage switchboard, in the order of their cubicles. */
export const feederNames = [
  ['lifts-a', 'A 座电梯', 'lifts of tower A'],
  ['lifts-b', 'B 座电梯', 'lifts of tower B'],
  ['escalators', '自动扶梯', 'escalators'],
  ['water-pumps', '生活水泵', 'water pumps'],
  ['sump-pumps', '排污泵', 'sump pumps'],
  ['fire-equipment', '消防设备', 'fire equipment'],
  ['chillers', '制冷机房', 'chiller plant'],
  ['ventilation', '通风空调', 'ventilation'],
  ['lighting-public', '公共照明', 'public lighting'],
  ['lighting-facade', '外围照明', 'outside lighting'],
  ['emergency-lighting', '应急照明', 'emergency lighting'],
  ['elv', '弱电机房', 'ELV room'],
  ['shops', '商场商户', 'shops'],
  ['homes', 'A 座住户', 'homes of tower A'],
  ['offices', 'B 座写字间', 'offices of tower B'],
] as const
