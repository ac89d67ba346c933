/**
 * Words that many passwords are made of, written down by us: no list of stolen passwords is carried. Small letters, without
 * blanks; what they become with other letters (p4ssw0rd), digits behind them or twice is found by rules/password/easy.ts.
 */
export const common: ReadonlySet<string> = new Set(
  `password passwd passwort wachtwoord motdepasse contrasena parol parola pass mypass mypassword nopassword secret secrets
  access login logon signin welcome letmein enter open opensesame sesame trustno trustnoone changeme change default temp
  temporary testing test tester guest user username admin administrator root superuser system manager master server service
  support office company business computer internet network online website windows microsoft google apple samsung iphone
  android facebook youtube linkedin twitter instagram amazon yahoo hotmail gmail yahoomail firefox oracle database cisco
  gatehouse menfang building property house home tower plaza gate door security guard keeper engineer operator technician
  maintenance wuye xiaoqu baoan guanli guanliyuan gongcheng dianti peidian yunwei zhongkong kongzhi yezhu
  hello hallo bonjour goodbye please thankyou whatever nothing something anything forever always never again
  iloveyou ilove loveyou loveme love lover lovely sweetheart sweet honey baby babygirl angel angels princess prince queen king
  beautiful handsome pretty darling mylove family mother father mommy daddy sister brother friend friends bestfriend girlfriend
  boyfriend freedom heaven happy happiness lucky money dollar million millionaire rich chocolate cheese cookie banana apple
  orange cherry strawberry blackberry blueberry watermelon peanut pepper butter ginger coffee flower flowers rose butterfly
  rainbow sunshine sunflower summer winter autumn spring season january february march april june july august september october
  november december monday tuesday wednesday thursday friday saturday sunday weekend holiday vacation birthday christmas
  red blue green yellow black white silver golden gold purple pink orange blackie
  monkey dragon tiger lion panther eagle falcon hawk wolf dog doggy puppy cat kitty kitten hellokitty horse mustang pony rabbit
  bunny turtle dolphin dolphins shark snake spider scorpion phoenix unicorn elephant chicken butterfly
  football soccer baseball basketball volleyball hockey tennis golf golfer swimming fishing hunting running skate skateboard
  snowboard champion winner player playboy gamer gaming playstation nintendo xbox pokemon pikachu naruto dragonball starwars
  startrek superman batman spiderman ironman avengers matrix terminator gladiator highlander harrypotter hogwarts gandalf
  frodo legolas counterstrike warcraft worldofwarcraft minecraft callofduty diablo zelda mario sonic finalfantasy
  arsenal chelsea liverpool manchester united tottenham everton celtic rangers barcelona realmadrid juventus milan bayern
  yankees cowboys steelers lakers redsox packers
  shadow hunter killer ninja samurai warrior soldier knight wizard magic ghost devil demon lucifer vampire zombie pirate
  hacker hacking whatever badboy goodboy superstar rockstar metallica nirvana slipknot eminem beatles ironmaiden linkinpark
  guitar music musica dancer dance singer piano
  mercedes ferrari porsche lamborghini toyota honda nissan mitsubishi volkswagen chevrolet corvette camaro yamaha suzuki kawasaki
  harley bmw audi
  alexander alexandra alexandre alessandro andrea andrew angela anthony ashley barbara benjamin brandon brian british
  caroline catherine charles charlie charlotte chris christian christina christine christopher claudia daniel daniela david diana
  dominic edward elizabeth emily emma eric fernando francis francesco frank gabriel gabriela george gregory hannah harry heather
  helen henry isabella jack jackson jacob james jasmine jason jennifer jeremy jessica joanna john johnny jonathan jordan joseph
  joshua julia justin karen katherine kathleen kevin kimberly konstantin laura lauren leonard linda lisa louise lucas madison
  marcus margaret maria marina mark martin matthew maxwell maximilian melissa michael michelle mickey mickeymouse miguel natalie
  natasha nathan nicholas nicole nikita oliver olivia patrick patricia paul peter philip rachel raymond rebecca richard robert
  roberto ronald ronaldo ronaldinho ryan samantha samuel sandra sarah sebastian sergey simon sophie stephanie stephen steven
  stewart susan sydney tatiana taylor theresa thomas timothy tinkerbell valentina vanessa veronica victor victoria vincent
  virginia vladimir walter wendy william winston yvonne zachary anastasia ekaterina svetlana aleksandr aleksandra
  america australia austria brazil california canada china colorado denmark deutschland england espana europe florida france
  germany hollywood hongkong india ireland italia italy japan london losangeles mexico moscow newyork paris poland portugal
  romania russia scotland singapore spain sweden switzerland texas thailand turkey vietnam washington wellington
  beijing shanghai guangzhou shenzhen tianjin chongqing chengdu hangzhou nanjing wuhan suzhou xian zhongguo taiwan
  nihao woaini woaiwo aini wobuzhidao wodemima mima mimashi laopo laogong baobao baobei xiaoxiao tiantian haohao kaixin
  zhang wang zhao liu chen yang huang zhou wujing lilei hanmeimei xiaoming
  absolutely abracadabra adventure apocalypse armageddon astalavista blessed blessing braveheart celebration challenge cinderella
  connection creative darkness destiny development discovery dreamer education electronic elephant enterprise everything evolution
  excalibur excellent experience fantasy fantastic firebird firefighter fireman generation genesis graphics gravity
  hurricane illusion imagination impossible incredible independent infinity information inspiration intelligent international
  jesus jesuschrist christ knowledge leadership legend liberty lighthouse lightning madness mastermind metal microphone midnight
  mississippi moonlight motorola multimedia mustang mystery nightmare notebook paradise penguin perfect personal philosophy
  photography powerful president production professional programmer project psychology question resident revolution roadrunner
  salvation scandinavian scorpion serenity signature snowflake snowball software something special spiritual starlight strength
  student successful supernatural supersonic technology telephone television thunder thunderbird together tomorrow translator
  tristan trouble umbrella unbelievable underground understand underworld university victory vision wanderer wonderful wonderland
  yesterday yellow zeppelin
  fuck fucking fuckyou fuckoff fuckme suck sucks shit bitch asshole pussy dick cock sexy sexsex hardcore naughty bastard
  motherfucker bullshit`
    .split(/\s+/)
    .filter(word => word.length >= 3),
)
