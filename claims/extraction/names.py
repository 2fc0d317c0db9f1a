"""Words that tell what a capitalised phrase names: a person, an organisation, a place."""

from __future__ import annotations

import re

from claims.extraction.words import listed

TITLES = (
    "Lt. Gov.|Lieutenant Governor|Vice President|Prime Minister|Deputy Prime Minister|"
    "First Minister|Secretary-General|Director-General|PC|DCI|Det Ch Insp|Det Chief Insp|Det Insp|"
    "Det Supt|Det Sgt|Ch Insp|Ch Supt|Insp|Supt|Cllrs?\\.?|Fr\\.?|"
    "Foreign Minister|Defen[sc]e Minister|Finance Minister|Interior Minister|Health Minister|"
    "Foreign Secretary|Home Secretary|Secretary of State|Secretary of Defense|Defen[sc]e Secretary|"
    "Treasury Secretary|Press Secretary|Attorney General|Chief Justice|Surgeon General|"
    "House Speaker|Speaker|Majority Leader|Minority Leader|Lt. Col.|Maj. Gen.|Brig. Gen.|Lt. Gen.|"
    "Sens?\\.?|Senators?|Reps?\\.?|Representative|Congressman|Congresswoman|Govs?\\.?|Governor|"
    "President|Premier|Chancellor|Minister|Secretary|Mayor|King|Queen|Prince|Princess|Pope|"
    "Cardinal|Archbishop|Bishop|Judge|Justice|Commissioner|Ambassador|Amb\\.|Gens?\\.?|General|Col\\.?|"
    "Colonel|Lt\\.?|Lieutenant|Maj\\.?|Major|Capt\\.?|Captain|Cmdr\\.?|Commander|Adm\\.?|Admiral|Sgt\\.?|"
    "Sergeant|Drs?\\.?|Doctor|Prof\\.?|Professor|Mr\\.?|Mrs\\.?|Ms\\.?|Mx\\.?|Miss|Sir|Dame|Lord|Lady|"
    "Rev\\.?|Reverend|Rabbi|Imam|Sheriff|Detective|Officer|Councilman|Councilwoman|Councillor|"
    "Alderman|Assemblyman|Assemblywoman|Chairman|Chairwoman|Chairperson|Director|Chief|Inspector|"
    "Superintendent|Principal|Coach|Del\\.|Delegate"
)
TITLE = re.compile(rf"(?:{TITLES})(?=\s)")
TITLE_ALONE = re.compile(TITLES)

# The common noun that a title answers to in "the senator said".
TITLE_NOUNS = {
    "senator": ("sen", "senator"),
    "congressman": ("rep", "congressman", "representative"),
    "congresswoman": ("rep", "congresswoman", "representative"),
    "representative": ("rep", "representative"),
    "governor": ("gov", "governor"),
    "president": ("president",),
    "minister": ("minister",),
    "premier": ("premier", "prime minister"),
    "chancellor": ("chancellor",),
    "secretary": ("secretary",),
    "mayor": ("mayor",),
    "judge": ("judge",),
    "justice": ("justice",),
    "commissioner": ("commissioner",),
    "ambassador": ("ambassador",),
    "general": ("gen", "general"),
    "colonel": ("col", "colonel"),
    "admiral": ("adm", "admiral"),
    "doctor": ("dr", "doctor"),
    "professor": ("prof", "professor"),
    "sheriff": ("sheriff",),
    "speaker": ("speaker",),
    "pope": ("pope",),
    "bishop": ("bishop",),
    "detective": ("detective",),
    "councilwoman": ("councilwoman",),
    "councilman": ("councilman",),
}

PERSON_NOUNS = listed(
    """
    mp mps official officials source sources person people aide aides diplomat diplomats spokesman
    spokeswoman spokesperson spokespeople spokesmen representative adviser advisor advisers
    advisors lawmaker lawmakers officer officers staffer staffers employee employees executive
    executives expert experts analyst analysts lawyer lawyers attorney attorneys insider
    insiders operative operatives strategist strategists witness witnesses resident residents
    man woman men women voter voters critic critics supporter supporters opponent opponents
    soldier soldiers worker workers investigator investigators prosecutor prosecutors police
    scientist scientists researcher researchers economist economists activist activists member
    members leader leaders minister ministers ambassador senator senators director chief chair
    chairman chairwoman co-chair president governor mayor judge professor doctor secretary
    commissioner general candidate nominee manager editor author founder teacher student
    students historian reporter reporters colleague colleagues friend friends ally allies
    associate associates donor donors delegate delegates veteran veterans observer observers
    pollster republicans democrats conservatives liberals americans authorities individual
    individuals consultant negotiator negotiators speaker nurse farmer owner driver engineer
    contractor neighbour neighbor parent parents mother father brother sister wife husband son
    daughter head heads deputy boss co-founder co-author vice-president rancher pilot captain
    mechanic trader banker scholar fellow pastor priest bishop architect artist designer coach
    player survivor victim victims neighbours commander whistleblower chancellor premier
    headteacher pupil pupils forecaster forecasters administrator passenger passengers cleric
    backbencher backbenchers councillor councillors sheriff prince princess superintendent
    organiser organizer actor actress singer novelist playwright comedian presenter
    co-star barrister solicitor fisherman paramedic volunteer volunteers tourist tourists
    shopkeeper quarterback striker midfielder goalkeeper producer composer agent
    ceo cfo coo cto mep meps mla msp guard guards hostage hostages captive captives
    patient patients refugee refugees migrant
    migrants juror jurors fan fans client clients tenant tenants relative relatives cousin uncle
    aunt niece nephew inmate inmates detainee detainees investor investors advocate advocates
    lecturer physician physicians surgeon campaigner campaigners columnist ombudsman
    undersecretary treasurer spokeswomen firefighter firefighters
    """
)
ORG_NOUNS = listed(
    """
    ministry government administration campaign committee commission council company agency
    department office court bank group union university institute association organisation
    organization party newspaper magazine paper network report study survey poll bureau board
    parliament congress senate house army military police team firm league federation foundation
    charity embassy statement filing memo document documents lawsuit indictment polls surveys
    studies reports hospital school station watchdog panel service coalition alliance
    corporation city county state regulator kremlin times post airline brigade palace authority
    registry audit ruling affidavit transcript complaint
    navy force forces jury cabinet treasury estimates retailer carrier lender insurer broadcaster
    publisher supplier utility
    church diocese museum airport club zoo
    petition figures data records letter inquiry review tribunal
    """
)
ORG_WORDS = listed(
    """
    committee council department ministry university college party times post group institute
    commission agency court bank house senate office journal news press association union
    organization organisation foundation center centre company corp inc ltd llc administration
    bureau service force congress parliament assembly board authority federation alliance
    network campaign society club league fund trust hospital school church army navy police
    guard corporation international nations states kremlin pentagon tribune herald guardian
    watch politico reuters pac coalition priorities research policy security laboratory homes
    electric dynamics mills
    airlines airways motors holdings industries technologies systems foods pharmaceuticals
    securities insurance energy protection logistics
    """
)
# What narrows an office in front of its noun: "press secretary", "civil protection minister".
ROLE_MODIFIERS = listed(
    """
    press police farm health prime foreign finance defence defense union party opposition deputy
    chief executive vice managing general assistant associate senior former acting interim civil
    protection transport education home interior justice labour labor trade energy environment
    agriculture culture sports science technology climate city county state federal district
    school fire security intelligence military army navy human rights public affairs relations
    communications media policy campaign marketing operations financial company government
    ministry department council team club national regional local medical nursing research lead
    pensions lorry taxi bus train fund portfolio retired work welfare veterans social
    care water
    shadow economy budget tax housing planning mission project programme program plant factory
    """
)
PLACES = listed(
    """
    russia ukraine china germany france britain america england scotland wales ireland italy
    spain poland hungary turkey iran iraq israel syria egypt india pakistan japan korea canada
    mexico brazil australia europe asia africa washington moscow kyiv kiev beijing berlin paris
    london brussels tehran jerusalem ankara warsaw budapest vilnius california texas florida
    ohio michigan iowa nevada virginia pennsylvania wisconsin arizona georgia colorado york
    hampshire jersey carolina dakota massachusetts illinois indiana kansas missouri tennessee
    kentucky alabama louisiana oklahoma oregon utah montana idaho wyoming nebraska minnesota
    maine vermont connecticut maryland delaware hawaii alaska arkansas mississippi islands city
    county street avenue river lake mount island norway sweden denmark finland iceland austria
    switzerland belgium netherlands portugal greece romania bulgaria slovakia croatia serbia
    argentina chile peru colombia venezuela nigeria kenya ghana ethiopia morocco algeria tunisia
    libya lebanon qatar yemen afghanistan nepal bangladesh vietnam thailand indonesia malaysia
    singapore philippines taiwan zealand belarus estonia latvia lithuania kosovo cuba haiti
    panama rome madrid vienna oslo stockholm copenhagen helsinki lisbon athens tokyo seoul delhi
    geneva
    """
)
REGIONS = frozenset({"new", "north", "south", "east", "west"})
NOT_NAMES = listed(
    """
    the a an this that these those he she they it we i his her their its our my monday tuesday
    wednesday thursday friday saturday sunday january february march april may june july august
    september october november december jan. feb. mar. apr. jun. jul. aug. sept. oct. nov. dec.
    democrat democrats democratic republican republicans gop american americans european russian
    ukrainian british chinese french german but and or if when while after before in on at as
    for from with by still then yet however meanwhile according many some most one two three no
    not there here what why how who which where security guarantee guarantees act treaty
    memorandum facebook twitter former acting ex rival
    """
)
MALE = listed(
    """
    james john robert michael mike william bill david richard joseph joe thomas thom tom charles
    christopher chris daniel dan matthew matt anthony mark donald steven steve stephen paul
    andrew joshua kenneth ken kevin brian george timothy tim ronald ron edward ed ted jason
    jeffrey jeff ryan jacob gary nicholas nick eric jonathan larry justin scott brandon benjamin
    ben samuel sam gregory greg alexander patrick pat frank raymond jack dennis jerry tyler
    aaron jose adam nathan henry douglas doug zachary peter kyle noah ethan jeremy walter
    christian keith roger terry austin sean gerald carl harold dylan arthur lawrence jordan
    jesse bryan billy bruce gabriel logan alan juan albert willie elijah wayne randy vincent
    mason roy ralph bobby bob russell bradley philip phil eugene barack bernie vladimir
    volodymyr boris emmanuel olaf jens marco rand mitt newt rudy mitch chuck hugh ivan sergei
    sergey dmitry viktor mohammed muhammad ahmed ali omar hassan abdul carlos luis miguel pedro
    antonio hans klaus stefan luca giuseppe matteo simon martin neil ian graham colin derek
    stuart trevor nigel oliver harry leo max felix oscar victor todd murray corey reince jim
    jimmy dave don harvey howard lindsey lewis marcus luc lucas pierre jacques hugo karl kurt
    lars erik henrik nils johan anders piotr pavel rui joao manuel diego javier fernando rafael
    ricardo raul mario marcel dario paulo gareth hamish owen ewan callum rory declan liam conor
    angus malcolm leonard stanley clive nathaniel caleb ravi rajesh sanjay vikram arjun kenji
    hiroshi takashi kostas nikos dimitris yannis giorgos serhiy oleh oleksandr mykola maxim igor
    oleg tariq khalid mustafa mehmet ibrahim yusuf bashir samir lukas felipe clint
    """
)
FEMALE = listed(
    """
    mary patricia jennifer linda elizabeth barbara susan jessica sarah karen lisa nancy betty
    margaret sandra ashley kimberly kim emily donna michelle carol amanda dorothy melissa
    deborah stephanie rebecca sharon laura cynthia kathleen kathy amy angela shirley anna brenda
    pamela emma nicole helen samantha katherine christine debra rachel carolyn janet catherine
    maria heather diane ruth julie julianne olivia joyce virginia victoria kelly lauren
    christina joan evelyn judith megan andrea cheryl hannah jacqueline martha gloria teresa ann
    anne sara madison frances kathryn janice jean abigail alice julia judy sophia grace denise
    amber doris marilyn danielle beverly isabella theresa diana natalie brittany charlotte marie
    kayla alexis lori hillary ivanka melania condoleezza kamala nikki ursula kellyanne chelsea
    jill carly elena olga natalia svetlana irina fatima aisha ingrid greta clara nora eva lena
    mia ella lucy rosa carmen lucia sofia claire fiona harriet jane molly wendy debbie huma
    susie carla paula anita ana julieta ines lucia elisa giulia francesca chiara paola silvia
    martina bianca mariana gabriela valeria priya anjali sunita neha deepa kavita meera ayesha
    leila layla yasmin zainab halyna oksana yulia tetiana iryna ludmila beata agnieszka katarzyna
    ewa magdalena greta astrid sigrid freya solveig birgit ulrike petra monika heidi gisela
    corina ioana eleni katerina despina denise rosie imogen iona felicia
    renee tara wanda bea miriam naomi esther gillian hilary lynne maureen sheila eileen bridget
    siobhan niamh aoife
    """
)
SUFFIXES = frozenset(
    ["jr.", "jr", "sr.", "sr", "ii", "iii", "iv", "kc", "qc", "mp", "msp", "obe", "mbe", "cbe"]
)
