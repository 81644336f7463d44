import type { Language } from "../language.ts";
import { orders } from "./orders.ts";
import { stemEnglish } from "./stem.ts";

export const english: Language = {
  code: "en",
  name: "english",
  script: "latin",
  letters: { missing: "it is written without letters of its own" },
  functionWords: `i me my mine myself we us our ours ourselves you your yours yourself yourselves he him his himself she her
    hers herself it its itself they them their theirs themselves what which who whom whose this that these
    those am is are was were be been being have has had having do does did doing done a an the and but if or
    because as since until while upon within without although though of at by for with about against between
    into through during before after above below to from up down in out on off over under again further then
    once here there when where why how all any both each few more most other some such no nor not only own
    same so than too very can cannot will just don should now ain aren couldn didn doesn hadn hasn haven isn
    mightn mustn needn shan shouldn wasn weren won wouldn could would may might must shall also ever im ive id
    dont doesnt didnt isnt wasnt cant wont whats wheres whos`,
  negation: {
    words:
      "no not never nobody nothing neither nor without cannot dont doesnt didnt isnt arent wasnt werent cant couldnt wont wouldnt shouldnt havent hasnt hadnt",
    within: "\\p{L}n['’]t(?!\\p{L})",
  },
  questionWords: "what when where who whom whose which why how did does is are was were can could",
  telling: "the what when where who which how did does are were have with and that you my tell",
  elisions: { after: "s t d m ll re ve" },
  stem: stemEnglish,
  months: {
    long: "january february march april may june july august september october november december",
    short: "jan feb mar apr may jun jul aug sep|sept oct nov dec",
  },
  weekdays: "sunday monday tuesday wednesday thursday friday saturday",
  times: {
    phrases: [
      ["day", -2, "(?:the )?day before yesterday"],
      ["day", -1, "yesterday|last night"],
      ["day", 0, "today|tonight|this (?:morning|afternoon|evening)"],
      ["day", 1, "tomorrow"],
    ],
    month: { before: "in|during|since|until|last|early|late|mid|year" },
    year: { before: "(?:in|during|since|until|last|early|late|mid|year)(?: the year)?" },
    joint: "the|of|on",
    units: { day: "days?", week: "weeks?", weekend: "week-?ends?", month: "months?", year: "years?" },
    numbers: [
      "an?|one",
      "two|a couple of",
      "three|a few",
      "four",
      "five",
      "six",
      "seven",
      "eight",
      "nine",
      "ten",
    ],
    last: { before: "last|past|previous" },
    present: { before: "this|the current" },
    ago: { after: "ago|before now|back" },
    span: { before: "(?:in|over|during|within|for)? ?(?:the )?(?:last|past|previous)" },
    earliest: `(?:the )?first time|when (?:did|was|were|have|had|has) [^?.!]{1,40} first|when [^?.!]{1,40} for the
      first time`,
    latest: "(?:the )?last time|most recent(?:ly)?|latest|currently|current|right now|these days|nowadays",
  },
  kinship: `wife husband spouse brother sister mother father mom mum dad son daughter friend bestie boyfriend
    girlfriend fiance fiancee boss colleague coworker co_worker roommate flatmate housemate neighbor neighbour
    cousin nephew niece grandmother grandfather stepfather stepmother teacher therapist mentor babysitter dog
    cat puppy kitten horse guy woman girl boy teammate ex_wife ex_husband brother_in_law sister_in_law
    mother_in_law father_in_law`,
  particles: { missing: "names have those of the languages that they come from" },
  names: {
    titles: "mr mrs dr prof professor president senator captain doctor uncle aunt auntie grandma grandpa",
    capitalTitles: "ms miss sir lady lord",
    introductions: "my_name_is his_name_is her_name_is call_me i_met we_met just_met he_met she_met",
    naming: "called named",
    employers: `work_at works_at working_at worked_at work_for works_for working_for worked_for job_at position_at
      role_at intern_at internship_at interview_at interview_with hired_by employed_by employed_at ceo_of
      cto_of cfo_of founder_of cofounder_of co_founder_of acquired_by offer_from company startup employer
      nonprofit`,
    homes: `live_in lives_in living_in lived_in moved_to move_to moving_to moved_from born_in based_in grew_up_in
      raised_in travel_to traveled_to travelled_to traveling_to travelling_to trip_to flew_to flying_to fly_to
      flight_to drive_to drove_to road_trip_to vacation_in vacation_to holiday_in located_in apartment_in
      house_in office_in city_of town_of village_of`,
    tools: `using switched_to switching_to migrated_to migrating_to migrate_to built_with built_on written_in
      powered_by library framework orm app database tool plugin sdk software`,
    prepositions: "in to from near at around visit visited visiting",
    institutions:
      "university bank ministry department institute council museum school college academy church",
    institutionEndings: `university college institute academy bank foundation airlines airways ministry agency association
      committee council museum hospital clinic church cathedral corporation enterprises technologies
      industries pharmaceuticals pharma motors studios entertainment orchestra symphony library society school
      federation fc ventures labs laboratory laboratories`,
    joints: "of the for and",
    legalForms: "inc corp corporation ltd llc llp plc co pty pte",
    streets: "lake mount avenue boulevard place plaza",
    streetEndings: `street road avenue boulevard lane drive square plaza lake river island islands beach mountain mountains
      valley county bay bridge park forest harbor harbour hill hills falls canyon desert district airport
      station`,
    software: `database databases backend frontend fullstack framework frameworks library libraries server servers
      server-side api apis sdk cli code codes coding codebase coder programming programmer
      programming-language developer developers deploy deployed deployment stack runtime compiler compile
      compiled repo repository commit refactor refactoring debug debugging bug bugs app apps application
      applications microservice microservices service-worker endpoint endpoints query queries schema migration
      migrations orm http https json yaml sql html css script scripts typescript javascript python software
      dev devops cloud hosting browser container containers cluster unittest tests middleware routing router
      template templates plugin plugins package packages module modules`,
    capitals: `i a an the this that these those my your his her its our their we you he she it they me him us them who
      what when where why how which whose if is are was were be been being do does did has have had can could
      will would should may might must shall and or but so not no yes ok okay also then there here now today
      tomorrow yesterday tonight in on at to for from with by of about after before as since until all any
      some each every both more most other another such only just very too please thanks thank hello hi hey
      dear sorry well oh wow yeah yep nope sure great good nice cool happy merry new old first last next mom
      mum mommy mama dad daddy papa god lord internet web wifi mr mrs ms dr sr jr vs etc pm am tv ok let lets
      get got go going make made take took see saw use used using add create update note notes step steps part
      example question answer summary todo tip warning important error output input user assistant system
      human bot ai christmas easter halloween thanksgiving hanukkah ramadan diwali valentine valentines eid
      summer winter spring autumn fall birthday`,
    nationalities: `american british canadian australian mexican brazilian argentinian chilean colombian peruvian european
      asian african indian pakistani bangladeshi israeli palestinian lebanese syrian iraqi iranian saudi
      egyptian moroccan algerian tunisian nigerian kenyan ethiopian belgian swiss austrian scottish welsh
      irish english french german italian spanish portuguese dutch swedish norwegian danish finnish polish
      czech slovak hungarian romanian bulgarian serbian croatian greek turkish russian ukrainian chinese
      japanese korean vietnamese thai filipino indonesian malaysian arabic hebrew hindi latin mandarin
      cantonese christian jewish muslim islamic buddhist hindu catholic protestant orthodox victorian gothic
      bible quran torah`,
  },
  orders,
};
