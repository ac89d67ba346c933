/**
 * How a Chinese character is read, without tones and without a library: the characters of Unicode's order by pinyin
 * stand in the order of their syllables, so that the first character of each syllable is all that has to be known.
 * Pure; the order is the one built into the engine (ICU), on the gateway and in the browser alike.
 */

/** Each syllable with the first character of the order that is read like that; ü is written v, as it is typed. */
const FIRST =
  'a吖ai哎an安ang肮ao凹ba丷bai紦ban扳bang邦bao勹bei卑ben奔beng獖bi屄bian边biao灬bie憋bin汃bing氞bo癶bu峬ca嚓cai囃can参cang仓cao撡' +
  'ce艹cen嵾ceng曽cha叉chai芆chan辿chang伥chao蟐che车chen抻cheng阷chi吃chong充chou抽chu出chuai橻chuan巛chuang刅chui吹chun旾' +
  'chuo逴ci呲cong匆cou凑cu粗cuan汆cui崔cun乼cuo搓da咑dai呆dan鮘dang当dao刀de嘚den扥deng灯di氐dia嗲dian敁diao刁die爹ding丁diu丟d' +
  'ong东dou吺du厾duan耑dui垖dun吨duo多e妸ei诶en奀eng鞥er儿fa发fan帆fang匚fei飞fen分feng丰fo覅fou紑fu夫ga旮gai侅gan甘gang冈gao皋ge' +
  '戈gei给gen根geng刯gong工gou勾gu估gua瓜guai乖guan关guang光gui撗gun丨guo呙ha哈hai咍han嚡hang夯hao茠he诃hei黒hen拫heng亨hong噷h' +
  'ou齁hu乎hua花huai怀huan欢huang巟hui灰hun昏huo吙ji丌jia加jian戋jiang橺jiao艽jie鵤jin巾jing坕jiong燝jiu丩ju凥juan爠jue噘jun军' +
  'ka咔kai开kan刊kang忼kao尻ke匼kei剋ken肎keng劥kong空kou抠ku扝kua夸kuai蒯kuan宽kuang匡kui亏kun鑎kuo尡la垃lai来lan兰lang啷lao唥' +
  'le仂lei雷leng嘞li哩lia俩lian倆liang良liao煷lie毟lin拎ling伶liu瀮long囖lou瞜lu噜lv驴luan娈lun掠luo啰m呣ma妈mai埋man嫚mang牤ma' +
  'o猫me嚒mei癦men椚meng擝mi咪mian宀miao喵mie乜min民ming名miu谬mo摸mou怽mu毪na縸nai腉nan囡nang囔nao孬ne疒nei娞nen恁neng能ni妮nia' +
  'n拈niang娘niao鸟nie捏nin囜ning宁niu妞nong农nou羺nu譳nv女nuan奻nuo疟o喔ou讴pa妑pai拍pan眅pang乓pao抛pei呸pen喷peng匉pi丕pian囨' +
  'piao剽pie氕pin姘ping乒po蘋pou桲pu仆qi巬qia掐qian千qiang呛qiao悄qie苆qin亲qing靑qiong卭qiu丘qu区quan迲que炔qun夋ran呥rang穣r' +
  'ao娆re惹ren人reng扔ri日rong戎rou厹ru邚ruan挼rui婑run瞤ruo捼sa仨sai虄san三sang橵sao掻se閪sen森seng僧sha杀shai繌shan山shang伤s' +
  'hao弰she奢shen谁sheng升shi尸shou収shu书shua刷shuai衰shuan闩shuang双shui脽shun吮shuo说si厶song忪sou凁su苏suan狻sui夊sun孙s' +
  'uo唆ta他tai囼tan粏tang賧tao夲te忑teng熥ti剔tian趯tiao旫tie螩ting厅tong囲tou偷tu綉tuan湍tui推tun吞tuo畽wa屲wai歪wan弯wang尢we' +
  'i危wen煀weng呚wo挝wu乌xi錻xia呷xian仙xiang乡xiao灱xie恷xin心xing星xiong裄xiu休xu吁xuan吅xue削xun坃ya丫yan恹yang央yao羪ye鑰yi' +
  '一yin囙ying应yo哟yong佣you优yu蒏yuan澚yue曰yun晕za繧zai災zan兂zang匨zao傮ze则zei伬zen怎zeng譛zha扎zhai夈zhan枬zhang张zhao佋z' +
  'he蜇zhen贞zheng凧zhi之zhong徔zhou州zhu朱zhua抓zhuai跩zhuan专zhuang妆zhui隹zhun宒zhuo拙zi乲zong宗zou潈zu楱zuan钻zui厜zun穝' +
  'zuo嘬'

/** What is read in more ways than one, or otherwise than the order has it, in the words of a building. ü as v. */
const MORE =
  '长chang,zhang 重zhong,chong 调tiao,diao 行xing,hang 弹dan,tan 地di,de 率lv,shuai 单dan,shan 给gei,ji 传chuan,zhuan ' +
  '车che,ju 柜gui,ju 降jiang,xiang 参can,cen,shen 差cha,chai 曾zeng,ceng 解jie,xie 盛sheng,cheng 查cha,zha 乐le,yue ' +
  '厦sha,xia 卡ka,qia 夹jia,ga 角jiao,jue 校xiao,jiao 模mo,mu 泊bo,po 露lu,lou 落luo,la 便bian,pian 藏cang,zang ' +
  '朝chao,zhao 称cheng,chen 乘cheng,sheng 澄cheng,deng 匙shi,chi 刹cha,sha 削xue,xiao 薄bo,bao 剥bo,bao 栅zha,shan ' +
  '粘zhan,nian 拓tuo,ta 埔pu,bu 覃tan,qin 翟zhai,di 仇qiu,chou 朴pu,piao 区qu,ou 尉wei,yu 盖gai,ge 会hui,kuai 系xi,ji ' +
  '圩wei,xu 巷xiang,hang 幢zhuang,chuang 堡bao,pu 壳ke,qiao 铣xi,xian 佛fo,fu 仔zai,zi 茄qie,jia 伺si,ci 咀ju,zui ' +
  '囤tun,dun 镐gao,hao 晟sheng,cheng 提ti,di 还hai,huan 和he,huo 强qiang,jiang 血xue,xie 省sheng,xing 石shi,dan ' +
  '宿su,xiu 缪miao,miu,mou 尾wei,yi 阿a,e 贾jia,gu 奇qi,ji 纤xian,qian 簿bu,bo 爪zhao,zhua 琢zhuo,zuo 掠lve 略lve ' +
  '虐nve 疟nve 谁shui,shei 桔jie,ju 嚼jiao,jue 耙pa,ba 卜bu,bo 郗xi,chi 荥xing,ying 陂pi,bei 歙xi,she 莞guan,wan ' +
  '珲hui,hun 黑hei 嗨hai,hei 呗bei,bai 溱qin,zhen 琀han 沓ta,da 杓shao,biao 铫diao,yao 窨yin,xun 牟mou,mu 了le,liao ' +
  '着zhe,zhao,zhuo 折zhe,she 都du,dou 大da,dai 吓xia,he 员yuan,yun 冼xian 应ying 处chu 冲chong 塞sai,se 切qie 空kong ' +
  '扇shan 供gong 转zhuan 更geng 号hao 载zai 喷pen 圈quan,juan 膜mo 屏ping,bing 柏bai,bo 伽jia,ga,qie 蛤ha,ge 胜sheng'

const syllables: string[] = []
const firsts: string[] = []
for (const [, syllable, first] of FIRST.matchAll(/([a-z]+)([^a-z])/gu)) {
  syllables.push(syllable!)
  firsts.push(first!)
}
const HAN = /^[\u3400-\u4dbf\u4e00-\u9fff]$/
/** Made with the first character that is looked up: the order of all languages takes 2.5 MB, and many a site has no Chinese. */
let order: Intl.Collator | undefined
const kept = new Map<string, readonly string[]>()
for (const [char, ...readings] of MORE.split(' ').map(one => [one[0]!, ...one.slice(1).split(',')]))
  kept.set(char!, alsoTyped(readings))

/**
 * The syllables that a character may be read as, the usual one first; none of what is no Chinese character.
 * Each character is looked up once and kept: a site has a few hundred.
 */
export function readings(char: string): readonly string[] {
  const had = kept.get(char)
  if (had) return had
  const found = HAN.test(char) ? alsoTyped([usual(char)]) : []
  kept.set(char, found)
  return found
}

function usual(char: string): string {
  order ??= new Intl.Collator('zh-u-co-pinyin')
  let low = 0
  let high = firsts.length - 1
  while (low < high) {
    const middle = (low + high + 1) >> 1
    if (order.compare(firsts[middle]!, char) <= 0) low = middle
    else high = middle - 1
  }
  return syllables[low]!
}

/** Who has no ü on the keys types v; some type u. */
function alsoTyped(found: readonly string[]): readonly string[] {
  const others = found.filter(one => one.includes('v')).map(one => one.replace('v', 'u'))
  return others.length > 0 ? [...found, ...others] : found
}
