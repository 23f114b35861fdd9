// Types of the API of the F1 season forecast, made from its OpenAPI description.
// null means unknown, 0 means zero; fields are only ever added.
//
//     const answer = await fetch(`${server}/v1/events`);
//     const events = (await answer.json()) as Operations["list_events"]["answer"];

/** Whether the archive of forecasts answers. */
export interface ArchiveHealth {
  /** none: there is none; unusable: it is there and cannot be read */
  state: "none" | "unusable" | "well";
  /** why it is not; empty where it is, or where none is asked for */
  detail: string;
}

/** What simulates the races. */
export type Backend = "cpu" | "cuda";

/** Forecasts of about the same probability, and how often they came true. */
export interface BinRow {
  /** the bin holds lower <= p < upper; the last one also 1 */
  lower: number;
  /** the end of the bin */
  upper: number;
  /** forecasts */
  n: number;
  /** null where the bin is empty */
  mean_forecast: number | null;
  /** share that came true; null where the bin is empty */
  frequency: number | null;
  /** 9 times in 10 the share would lie between these, were the forecasts true */
  band_low: number | null;
  /** the upper of the two; null where the bin is empty */
  band_high: number | null;
  /** 9 times in 10 the true share lies between these (Wilson); null where it is empty */
  frequency_low: number | null;
  /** the upper of the two; null where the bin is empty */
  frequency_high: number | null;
}

/** One build that has ended. */
export interface BuildStatus {
  run_id: string;
  outcome: string;
  trigger: string;
  ended: string;
  duration_s: number;
  files: string[];
  stages_run: number;
  stages_reused: number;
  error: string;
}

/** Whether things happen as often as the forecasts that stood before their races say. */
export interface CalibrationAnswer {
  /** whose races are counted */
  seasons: number[];
  /** what was known: a: before the weekend; b: after practice; c: the grid */
  horizon: Horizon;
  /** what was forecast */
  session: "race" | "sprint";
  /** what the probabilities are of */
  of: "dnf" | "podium" | "points" | "win";
  /** races counted */
  n_races: number;
  /** races whose forecast was published before it could be known */
  n_live: number;
  /** drivers in races */
  n_forecasts: number;
  /** mean over forecasts of their bin's gap; null without forecasts */
  calibration_error: number | null;
  /** a row a bin */
  data: BinRow[];
}

/** A version that runs in the shadow of the one that serves, and moves no forecast. */
export interface Candidate {
  model: string | null;
  version: string | null;
  kind: string | null;
  /** of the manifest of all its files */
  digest: string | null;
  /** date of the last race it has seen; it has no say in races up to then */
  trained_until: string | null;
  /** whether it came with the product */
  shipped: boolean | null;
  /** races */
  n: number;
  /** mean place log loss of the model that serves minus the candidate's, on this season's races */
  gain: number | null;
  /** its standard error */
  se: number | null;
}

/** Both championships, on the same simulated seasons. */
export interface Championship {
  drivers: DriverTitle[];
  constructors: TeamTitle[];
}

/** Both championships of a season, on the same simulated seasons. */
export interface ChampionshipAnswer {
  /** year */
  id: number;
  /** address on this server */
  url: string;
  made_from: MadeFrom;
  /** as the document has them */
  drivers: DriverTitle[];
  /** as the document has them */
  constructors: TeamTitle[];
}

/** One probability with and without the opinion. */
export interface Chance {
  /** of the published settings */
  base: number;
  /** with the opinion asked about */
  changed: number;
  /** changed minus base */
  difference: number;
  /**
   * standard error of the difference from the number of simulations alone; small, because both
   * sides share their random numbers
   */
  se: number;
}

/** A file whose content changed, or how many more there are. */
export interface ChangedInput {
  file?: string;
  /** digest; null for a new file */
  old?: string | null;
  /** digest; null for a file that is gone */
  new?: string | null;
  /** files beyond those listed */
  more?: number;
}

/** What the folder's daemon said last, when anything but its clocks had changed. */
export interface DaemonHealth {
  /** idle, settling, building, training, verifying, waiting, holding or stopped */
  state: string;
  /** of the program */
  version: string;
  /** RFC 3339 */
  started: string;
  /** first of the files whose change no build has taken up */
  backlog: string[];
  /** how many there are */
  n_backlog: number;
  /** that has ended; null: none has */
  last_build: BuildStatus | null;
  /** what it does without, and why */
  degraded: string[];
  /** last comparison with a full rebuild; null: none was made */
  verified: Verified | null;
}

/** What differs between two runs of a season, the largest change first. */
export interface DiffAnswer {
  /** year */
  season: number;
  a: RunItem;
  b: RunItem;
  /** whether every number of the forecasts is the same */
  is_same_forecast: boolean;
  /** whether the data differ that the runs rested on */
  has_other_data: boolean;
  /** whether settings, constants, weights, seed or number of simulations differ */
  has_other_settings: boolean;
  /** whether the program that made them differs */
  has_other_code: boolean;
  /** event ids of races run between them */
  new_results: string[];
  /** that changed in the runs after a, up to b */
  files: string[];
  /** files beyond those that the record names */
  n_more_files: number;
  /** nothing later than this was known to b */
  as_of: string | null;
  /** a row a chance */
  data: Move[];
  /** address of the next rows; null: these are the last */
  next: string | null;
}

/** How the features of the season's latest races compare with the training data. */
export interface Drift {
  season: number;
  n_races: number;
  /** of the training data */
  n_seasons: number;
  /**
   * largest population stability index of the features where it is larger than in every season of
   * the training data
   */
  psi_max: number;
  /** largest Kolmogorov-Smirnov distance */
  ks_max: number;
  /** largest difference in the share of cars without a value */
  unknown_max: number;
  /** whose the largest index is */
  psi_feature: string;
  /** one per feature that has drifted */
  alarms: DriftAlarm[];
  /** why there was no test */
  note: string;
}

/** One feature that has drifted. */
export interface DriftAlarm {
  /** of the feature */
  name: string;
  statistic: "ks" | "psi" | "unknown";
  /** in this season */
  value: number;
  /** the largest of any season of the training data */
  usual: number;
  /** probability of so large a value for any feature in a season */
  p: number;
}

/** A driver of a season, and all his races in it. */
export interface DriverAnswer {
  /** driver_id: permanent, the key to join on */
  id: string;
  /** address on this server */
  url: string;
  /** three-letter code, for display */
  driver: string;
  /** full name */
  name: string;
  /** on the car, latest entry; null where it is not known */
  number: number | null;
  /** of the latest entry; null where none is known */
  team: string | null;
  /** of the latest entry; null where none is known */
  team_id: string | null;
  /** whether a team-mate has the lower number: drawn dashed and hollow, all season */
  is_second_car: boolean;
  /** of being champion; null where none is told */
  p_title: number | null;
  /** scored so far */
  points_now: number | null;
  /** expected at the end of the season */
  points_mean: number | null;
  /** 5 % of the seasons end with fewer */
  points_p05: number | null;
  /** median of the simulated seasons */
  points_p50: number | null;
  /** 95 % of the seasons end with fewer */
  points_p95: number | null;
  /** of the team, on light paper; null for a team that has none yet */
  team_colour_light: string | null;
  /** the same on dark paper */
  team_colour_dark: string | null;
  made_from: MadeFrom;
  /** in calendar order */
  races: RaceOfDriver[];
}

/** One driver's forecast over all scenarios; the likeliest winner stands first. */
export interface DriverForecast {
  /** three-letter code, unique within the event; for display */
  driver: string;
  /** permanent id, the key to join on */
  driver_id: string;
  /** full name */
  name: string;
  /** on the car; null where it is not known */
  number: number | null;
  /** name of the team in this event */
  team: string;
  /** permanent id of the team */
  team_id: string;
  /** winning it */
  p_win: number;
  /** finishing among the first three */
  p_podium: number;
  /** finishing in a position that scores over the full distance */
  p_points: number;
  /** retiring from it */
  p_dnf: number;
  /** probability of finishing 1st, 2nd, ... ; retired cars stand behind those that saw the flag */
  p_position: number[];
  /** mean position; a race that he does not finish counts as its place behind all who do */
  expected_position: number;
  /**
   * of this race or sprint alone, by the season's rules. What an event still pays is the race's and
   * expected_sprint_points together
   */
  expected_points: number;
  /** positions at 5 % and 95 %, places of retirements among them */
  interval_90: number[];
  /** mean position in the races that he finishes; null for one who never finishes */
  expected_position_if_finished?: number | null;
  /** positions at 5 % and 95 % in the races that he finishes; null for one who never finishes */
  interval_90_if_finished?: number[] | null;
  /** the same forecast without user weights; only when weights are set */
  unweighted?: Unweighted;
  /** fastest lap while in the top ten; only in seasons that pay it */
  p_fastest_lap_point?: number;
  /** expected_points of the sprint; only while it is still to come */
  expected_sprint_points?: number;
}

/** A driver of a season, with what the championship holds for him. */
export interface DriverRow {
  /** driver_id: permanent, the key to join on */
  id: string;
  /** address on this server */
  url: string;
  /** three-letter code, for display */
  driver: string;
  /** full name */
  name: string;
  /** on the car, latest entry; null where it is not known */
  number: number | null;
  /** of the latest entry; null where none is known */
  team: string | null;
  /** of the latest entry; null where none is known */
  team_id: string | null;
  /** whether a team-mate has the lower number: drawn dashed and hollow, all season */
  is_second_car: boolean;
  /** of being champion; null where none is told */
  p_title: number | null;
  /** scored so far */
  points_now: number | null;
  /** expected at the end of the season */
  points_mean: number | null;
  /** 5 % of the seasons end with fewer */
  points_p05: number | null;
  /** median of the simulated seasons */
  points_p50: number | null;
  /** 95 % of the seasons end with fewer */
  points_p95: number | null;
  /** of the team, on light paper; null for a team that has none yet */
  team_colour_light: string | null;
  /** the same on dark paper */
  team_colour_dark: string | null;
}

/** One driver's chances in the drivers' championship. */
export interface DriverTitle {
  /** three-letter code, for display */
  driver: string;
  /** permanent id, the key to join on */
  driver_id: string;
  /** full name */
  name: string;
  /** of the driver's latest entry; null where none is known */
  team: string | null;
  /** of being champion */
  p_title: number;
  points: PointsRange;
}

/** One driver of the race; the likeliest winner with the opinion stands first. */
export interface DriverWhatIf {
  /** three-letter code, unique within the event; for display */
  driver: string;
  /** permanent id, the key to join on */
  driver_id: string;
  /** full name */
  name: string;
  /** name of the team in this event */
  team: string;
  /** permanent id of the team */
  team_id: string;
  /** winning the race */
  p_win: Chance;
  /** finishing among the first three */
  p_podium: Chance;
  /** finishing in a position that scores over the full distance */
  p_points: Chance;
  /** mean position */
  expected_position: Expected;
}

/** Drivers of a season, likeliest champion first. */
export interface Drivers {
  made_from: MadeFrom;
  /** a row a driver */
  data: DriverRow[];
  /** address of the next rows; null: these are the last */
  next: string | null;
}

/** One event of the calendar. */
export interface Event {
  metadata: EventMetadata;
  /** empty without a forecast */
  predictions: DriverForecast[];
  /** by scenario */
  scenarios: Record<string, ScenarioForecast>;
  /** the sprint's own odds, on weekends that have one */
  sprint?: Sprint;
  /** once the race is run */
  result?: Result;
  /** of the forecast without user weights, once the race is run */
  scores?: RaceScores;
}

/** One event as the document has it: forecast, scenarios, sprint, and its result once run. */
export interface EventAnswer {
  /** event_id: permanent, survives renumbering */
  id: string;
  /** address on this server */
  url: string;
  /** of the event in its season */
  name: string;
  /** year */
  season: number;
  /** address of the event before; null: the first */
  previous_url: string | null;
  /** address of the event after; null: the last */
  next_url: string | null;
  /** address of its forecasts by horizon and scenario */
  forecast_url: string;
  made_from: MadeFrom;
  metadata: EventMetadata;
  /** empty without a forecast */
  predictions: DriverForecast[];
  /** by scenario */
  scenarios: Record<string, ScenarioForecast>;
  /** the sprint's own odds, on weekends that have one */
  sprint?: Sprint;
  /** once the race is run */
  result?: Result;
  /** of the forecast without user weights, once the race is run */
  scores?: RaceScores;
}

/** Which event this is, and what its forecast rests on. */
export interface EventMetadata {
  /** permanent; survives renumbering */
  event_id: string;
  /** place in the calendar, 1-based */
  round: number;
  /** of the race, YYYY-MM-DD; null where it is not known */
  date: string | null;
  /** id of the circuit; null where it is not known */
  circuit: string | null;
  /** IANA name of the circuit's time zone; null where the circuit is not known */
  time_zone: string | null;
  /** of the weekend, those whose start is known */
  sessions: Record<string, SessionTime>;
  /**
   * of the weekend, those that files tell of, whether or not the forecast looks at them; missing in
   * documents of earlier versions
   */
  known_sessions?: SessionKind[];
  status: EventStatus;
  /** how its sprint is run; null without one */
  sprint: SprintFormat | null;
  /** a: before the weekend; b: after practice; c: the grid is known; null: no forecast */
  horizon: Horizon | null;
  /** knowledge cut-off, before the start of the race */
  as_of: string | null;
  /** missing without a forecast */
  inputs?: Inputs;
  /** of everything known before its race; missing without a forecast */
  data_hash?: string;
  /** per scenario */
  n_simulations?: number;
  /** upper bound of the standard error of any p_win from the number of simulations */
  mc_se?: number;
  /** what a reader should know of the event */
  notes: string[];
  /** with use_ml_layer: what the model did to this forecast */
  ml?: EventModel;
}

/** What the model did to one event's forecast; knows earlier races only. */
export interface EventModel {
  /** of the model in the log-linear pool with the simulated forecast */
  weight: number;
  /**
   * with the largest mean gain of those that cost nothing on the winner, whether or not it is used
   */
  best_weight: number;
  /** mean gain of that weight in place log loss over none */
  gain: number;
  /** its standard error, paired by race; the weight is 0 unless the gain is larger */
  se: number;
  /** mean gain of that weight in the winner's log loss; one that costs there is not chosen */
  winner_gain: number;
  /** races */
  n: number;
  /** why the model was not asked; null where it was */
  reason: string | null;
  /** once the race is run, if it was scored */
  place_log_loss?: PlaceLogLoss | null;
}

/** One event of the calendar, in short. */
export interface EventRow {
  /** event_id: permanent, survives renumbering */
  id: string;
  /** address on this server */
  url: string;
  /** year */
  season: number;
  /** place in the calendar, 1-based */
  round: number;
  /** of the event in its season */
  name: string;
  /** of the race, YYYY-MM-DD; null where it is not known */
  date: string | null;
  /** of the race, UTC; null where it is not known */
  starts_at: string | null;
  /** id of the circuit; null where it is not known */
  circuit: string | null;
  /** IANA name; null where the circuit is not known */
  time_zone: string | null;
  /** whether it is to come, run, cancelled or postponed */
  status: EventStatus;
  /** how its sprint is run; null without one */
  sprint: SprintFormat | null;
  /** of the forecast in the document; null where there is none */
  horizon: Horizon | null;
  /** knowledge cut-off of that forecast */
  as_of: string | null;
  /** likeliest winner; null without a forecast */
  favourite_driver_id: string | null;
  /** his probability of winning */
  favourite_p_win: number | null;
  /** null until the race is run */
  winner_driver_id: string | null;
  /** what the forecast gave the winner; null until the race is run */
  winner_p_win: number | null;
}

/** Where an event stands. */
export type EventStatus = "cancelled" | "completed" | "postponed" | "scheduled";

/** Events in calendar order. */
export interface Events {
  made_from: MadeFrom;
  /** a row an event */
  data: EventRow[];
  /** address of the next rows; null: these are the last */
  next: string | null;
}

/** One mean over all simulations, with and without the opinion. */
export interface Expected {
  /** of the published settings */
  base: number;
  /** with the opinion asked about */
  changed: number;
  /** changed minus base */
  difference: number;
  /**
   * standard error of the difference from the number of simulations alone; small, because both
   * sides share their random numbers
   */
  se: number;
}

/** One fit of the sampled posterior, and whether it can be believed. */
export interface Fit {
  /** the season before, or the event of its last race */
  fit: string;
  /** false: forecasts go on with the belief of the online filter */
  accepted: boolean;
  /** event ids of the races it rests on */
  races: string[];
  /** largest of all parameters; 1 is best */
  r_hat_max: number;
  /** smallest effective sample size */
  ess_min: number;
  /** steps of the sampler that went astray */
  divergences: number;
  /** of all chains; 0: nothing was drawn */
  draws: number;
  chains: number;
  /** quantities that were judged; padding is none */
  n_parameters: number;
  /** why it was not accepted */
  complaints: string[];
}

/** The forecast of one race or sprint at one horizon, likeliest winner first. */
export interface ForecastAnswer {
  /** permanent; survives renumbering */
  event_id: string;
  /** address on this server */
  url: string;
  /** address on this server */
  event_url: string;
  /** year */
  season: number;
  /** what is forecast */
  session: "race" | "sprint";
  /** a: before the weekend; b: after practice; c: the grid is known */
  horizon: Horizon;
  /** null: all scenarios together, the headline */
  scenario: Scenario | null;
  /** of the scenario; null for the headline, or where it is not kept */
  scenario_probability: number | null;
  /** document: as it stands now; archive: as it stood when its horizon ended */
  source: "archive" | "document";
  /** of the run that published it */
  run_id: string;
  /** knowledge cut-off of the forecast */
  as_of: string | null;
  /** per scenario; null in a forecast from the archive */
  n_simulations: number | null;
  /**
   * upper bound of the standard error of any p_win from the number of simulations; null in a
   * forecast from the archive, or of a scenario
   */
  mc_se: number | null;
  /** a row a driver, likeliest winner first */
  data: OddsRow[];
}

/** Whether forecasts, daemon and archive are as they should be. */
export interface Health {
  /** degraded: something below is not as it should be; forecasts are served all the same */
  status: "degraded" | "ok";
  /** silent: it has not been heard of for too long; none: there has been no daemon */
  daemon: "none" | "silent" | "stopped" | "well";
  /** null: there has been no daemon */
  daemon_status: DaemonHealth | null;
  archive: ArchiveHealth;
  /** a row a published document */
  seasons: SeasonHealth[];
  /** what could not be read or made */
  troubles: string[];
}

/** How the forecast of an event went: the rows of every run that changed it. */
export interface History {
  /** of the event asked for */
  event_id: string;
  /** a row a driver and run */
  data: PastForecast[];
  /** address of the next rows; null: these are the last */
  next: string | null;
}

/** What a forecast may know about its own weekend. */
export type Horizon = "a" | "b" | "c";

/** What a forecast was made from. */
export interface Inputs {
  /** of its own weekend */
  sessions: SessionKind[];
  /** where the grid comes from; null where it is drawn */
  grid_from: string | null;
  /** event whose race the belief has seen last; null for none of this season */
  form_after: string | null;
  /** missing in documents of earlier versions */
  rain?: RainInput;
  /** before the season; missing where no file tells of any */
  testing?: PreSeasonInput;
}

/** The model that serves, its weight and what that rests on. */
export interface LearnedModel {
  model: string | null;
  version: string | null;
  kind: string | null;
  /** of the manifest of all its files */
  digest: string | null;
  /** date of the last race it has seen; it has no say in races up to then */
  trained_until: string | null;
  /** whether it came with the product */
  shipped: boolean | null;
  /**
   * by horizon, after every race that is known, empty where the model is asked about no event; an
   * event's own, in its metadata, knows earlier races only
   */
  weights: Record<string, ModelWeight>;
  /** of this season */
  races_scored: number;
  /** over the races scored; null without one */
  place_log_loss: PlaceLogLoss | null;
  /** null where none waits */
  candidate: Candidate | null;
  /** null where no model serves */
  drift: Drift | null;
  /** whether the season's technical rules are new */
  new_regulations: boolean;
  /** what a reader should know of the model */
  notes: string[];
}

/** The published forecast that an answer is made from. */
export interface MadeFrom {
  /** year */
  season: number;
  /** of the run that published it */
  run_id: string;
  /** when that run ended */
  generated_at: string;
  /** nothing later than this was known */
  as_of: string | null;
}

/** One score over several races. */
export interface MeanScore {
  mean: number;
  /** standard error; null for a single race */
  se: number | null;
}

/** Scores of all races that were forecast at one horizon and have been run. */
export interface MeanScores {
  /** how many */
  races: number;
  winner_log_loss: MeanScore;
  top_1: MeanScore;
  top_3: MeanScore;
  mrr: MeanScore;
  podium_log_loss: MeanScore;
  rps: MeanScore;
  spearman: MeanScore;
}

/** What the document says of itself. */
export interface Metadata {
  /** when the run ended; volatile */
  generated_at: string;
  /** when the run began; volatile */
  training_time: string;
  /** year */
  season: number;
  /** nothing later than this was known */
  as_of: string | null;
  /**
   * complete: every event is run; partial: some are still to come; degraded: a file was rejected or
   * an old copy is in use
   */
  status: "complete" | "degraded" | "partial";
  /** what a reader should know */
  notes: string[];
  /** the same notes, one by one in the same order, for programs that decide on them */
  note_details: NoteDetail[];
  /** per event and scenario */
  num_simulations: number;
  /** whether forecasts rest on full fits of the season */
  use_bayesian: boolean;
  /** whether a learned model may tilt forecasts */
  use_ml_layer: boolean;
  /** the user's opinion, by driver */
  driver_weights: Record<string, number>;
  /** the user's opinion, by team */
  team_weights: Record<string, number>;
  /** that were simulated */
  scenarios: Scenario[];
  /** the latest horizon a forecast was allowed */
  horizon: Horizon;
  /** of all random numbers */
  seed: number;
  /** what simulated the races */
  backend: Backend;
  /** whose data it rests on */
  sources: Source[];
  /**
   * with use_bayesian: every fit of the sampled posterior, in the order in which forecasts came to
   * rest on them; how long each took is in run.stage_seconds
   */
  fits?: Fit[];
  /**
   * with use_ml_layer: the model that serves, its weight and what that rests on; all names null
   * where no model can be used
   */
  ml_layer?: LearnedModel;
  /** of all files it rests on, whatever their names */
  data_hash: string;
  /** of everything a forecast depends on beside the data */
  config_hash: string;
  /** version, and the beginning of the digest of the code */
  code_version: string;
  /** of predictions, as they stand in the document */
  predictions_sha256: string;
  /** files that could not be used */
  rejected: Rejection[];
  /** rejected files whose last good content is in use */
  stale_inputs: string[];
  /** files of data in a form that is not read, by their names, and what to do */
  passed_over: PassedOver[];
  /** with --as-of: sessions later than that were not looked at */
  known_until?: Point;
  /** the last runs of this document; volatile */
  training_history: RunEntry[];
  run: Run;
}

/** A model's weight and the evidence for it, on races the model had not seen. */
export interface ModelWeight {
  /** of the model in the log-linear pool with the simulated forecast */
  weight: number;
  /**
   * with the largest mean gain of those that cost nothing on the winner, whether or not it is used
   */
  best_weight: number;
  /** mean gain of that weight in place log loss over none */
  gain: number;
  /** its standard error, paired by race; the weight is 0 unless the gain is larger */
  se: number;
  /** mean gain of that weight in the winner's log loss; one that costs there is not chosen */
  winner_gain: number;
  /** races */
  n: number;
}

/** Learned models: those registered, and those that forecasts rest on. */
export interface Models {
  /** null: none is registered */
  registry: RegisteredModels | null;
  /** published with the ML layer; empty: none was */
  seasons: ServedModel[];
}

/** One chance in two runs. */
export interface Move {
  /** of the row: what.event_id.subject_id */
  id: string;
  /** what the chance is of */
  what: "driver_title" | "podium" | "team_title" | "win";
  /** null for a title */
  event_id: string | null;
  /** driver_id or team_id */
  subject_id: string;
  /** of the driver or team, for display */
  name: string;
  /** in run a */
  before: number;
  /** in run b */
  now: number;
  /** now less before */
  change: number;
  /** two standard errors of the change from the number of simulations, at most */
  noise: number;
  /** whether the change is larger than that */
  is_beyond_noise: boolean;
}

/** One of the notes in its parts; notes has where and text as one sentence. */
export interface NoteDetail {
  /** what it is about; kinds are added, never renamed */
  kind: NoteKind;
  /** what a person reads */
  text: string;
  /** a file, a place in it or an event; empty: the season */
  where: string;
  /** what to do about it; empty: nothing, or the text says it */
  do: string;
}

/** What a note is about; other programs read these names, so none is ever renamed. */
export type NoteKind = "calendar-missing" | "circuit-unknown" | "cut" | "data-unused" | "deleted-laps-unknown" | "driver-absent" | "driver-doubled" | "driver-respelt" | "driver-unknown" | "driver-unlisted" | "entries-missing" | "event-cancelled" | "event-moved" | "event-unlisted" | "event-unnamed" | "fastest-lap-unknown" | "few-drivers" | "file-copy" | "file-joined" | "file-not-read" | "file-old" | "files-differ" | "fit-unused" | "grid-odd" | "history-missing" | "history-shipped" | "laps-odd" | "line-up-unknown" | "model-missing" | "model-not-in-titles" | "model-trouble" | "model-without-weight" | "more-unusable" | "number-shared" | "other-season" | "page-taken-as-whole" | "pages-missing" | "path-overruled" | "points-odd" | "points-unknown" | "qualifying-missing" | "race-missing" | "race-to-come" | "result-cut" | "result-short" | "round-overruled" | "same-day" | "sampler-missing" | "scores-unweighted" | "season-chosen" | "season-untold" | "status-missing" | "status-overruled" | "team-unlisted" | "testing" | "unusable" | "value-impossible" | "without-forecast";

/** What is forecast of one driver in one race or sprint. */
export interface OddsRow {
  /** three-letter code, unique within the event; for display */
  driver: string;
  /** permanent id, the key to join on */
  driver_id: string;
  /** full name */
  name: string;
  /** in this event; null where it is not known */
  team_id: string | null;
  /** winning it */
  p_win: number;
  /** finishing among the first three */
  p_podium: number;
  /** finishing where a full distance scores */
  p_points: number;
  /** retiring from it */
  p_dnf: number;
  /** mean; a race that he does not finish counts as behind all who do */
  expected_position: number;
  /** of this race or sprint alone */
  expected_points: number;
  /** positions at 5 % and 95 % */
  interval_90: number[];
  /** of finishing 1st, 2nd, ... */
  p_position: number[];
}

/** What is asked: who is thought stronger or weaker than the model has it. */
export interface Opinion {
  /** year */
  season?: number;
  /** one that is to come; next unless given */
  event_id?: string;
  /** by id, code or full name; 1 is as the model has it; one of the weights is another */
  driver_weights?: Record<string, number>;
  /** by id or name; 1 is as the model has it; one of the weights is another */
  team_weights?: Record<string, number>;
  /** whether championships are asked about, too */
  titles?: boolean;
  /** per event and scenario; as many as the forecast has unless given */
  n_simulations?: number;
}

/** A file of data in a form that is not read. */
export interface PassedOver {
  file: string;
  /** what to do about it */
  do: string;
}

/** What one run said of one driver in one race or sprint. */
export interface PastForecast {
  /** of the row: run_id.driver_id */
  id: string;
  /** address on this server */
  run_url: string;
  /** of the run that said it */
  run_no: number;
  /** of the run that said it */
  run_id: string;
  /** knowledge cut-off of the forecast */
  as_of: string | null;
  /**
   * whether it was published before the session that ends its horizon had begun; else it was made
   * afterwards, from what was known then
   */
  is_live: boolean;
  /** permanent; survives renumbering */
  event_id: string;
  /** what is forecast */
  session: "race" | "sprint";
  /** a: before the weekend; b: after practice; c: the grid is known */
  horizon: Horizon;
  /** all: the headline; or dry, wet, safety_car */
  scenario: string;
  /** permanent id, the key to join on */
  driver_id: string;
  /** three letters, for display */
  code: string;
  /** full name */
  name: string;
  /** in this event; null where it is not known */
  team_id: string | null;
  /** winning it */
  p_win: number;
  /** finishing among the first three */
  p_podium: number;
  /** finishing where a full distance scores */
  p_points: number;
  /** retiring from it */
  p_dnf: number;
  /** mean; a race that he does not finish counts as behind all who do */
  expected_position: number;
  /** of this race or sprint alone */
  expected_points: number;
  /** position at 5 %, places of retirements among them */
  q05: number;
  /** position at 95 %, places of retirements among them */
  q95: number;
  /** of finishing 1st, 2nd, ... */
  p_position: number[];
}

/** What one run said of a driver's or a team's title. */
export interface PastTitle {
  /** of the row: run_id.subject_id */
  id: string;
  /** address on this server */
  run_url: string;
  /** of the run that said it */
  run_no: number;
  /** of the run that said it */
  run_id: string;
  /** knowledge cut-off of that run */
  as_of: string | null;
  /** of the last race that had been run; 0 before the first */
  known_round: number;
  /** driver_id or team_id */
  subject_id: string;
  /** three letters, for display; empty for a team */
  code: string;
  /** full name of the driver, or name of the team */
  name: string;
  /** of being champion */
  p_title: number;
  /** scored by then */
  points_now: number;
  /** expected at the end of the season */
  points_mean: number;
  /** 5 % of the simulated seasons end with fewer */
  points_p05: number;
  /** 95 % of the simulated seasons end with fewer */
  points_p95: number;
}

/** Mean over starters of -log P(own place). */
export interface PlaceLogLoss {
  /** the forecast without the layer */
  filter: number;
  /** the model alone */
  model: number;
  /** the grid baseline */
  grid: number;
}

/** The last day or the last round of which sessions are known: one of the two. */
export interface Point {
  /** YYYY-MM-DD, where a day was named */
  date?: string;
  /** where one was named; 0: before all */
  round?: number;
}

/** Points at the end of the season. */
export interface PointsRange {
  /** scored so far */
  current: number;
  /**
   * expected at the end of the season: scored so far, and of every event to come expected_points
   * with expected_sprint_points, as simulated
   */
  mean: number;
  /** 5 % of the simulated seasons end with fewer */
  p05: number;
  /** median of the simulated seasons */
  p50: number;
  /** 95 % of the simulated seasons end with fewer */
  p95: number;
}

/** How much testing before the season the forecast rests on. */
export interface PreSeasonInput {
  tests: number;
  /** of all tests */
  days: number;
  /** who set a time or drove a long run */
  drivers: number;
  /** drivers with a run of eight laps or more */
  with_long_run: number;
  /** driven by all of them */
  laps: number;
}

/** Why there is no answer, as RFC 9457 has it. */
export interface ProblemAnswer {
  /** names the kind of problem; about:blank: its status says it all */
  type: string;
  /** the kind of problem in words */
  title: string;
  /** of HTTP */
  status: number;
  /** what is wrong with this request */
  detail: string;
  /** what to do about it; empty: nothing */
  do: string;
  /** which one is wrong */
  parameter?: string;
  /** names of the parameters that are known here */
  allowed?: string[];
}

/** One race as it is forecast of one driver, and what became of it. */
export interface RaceOfDriver {
  /** permanent; survives renumbering */
  event_id: string;
  /** address on this server */
  event_url: string;
  /** place in the calendar, 1-based */
  round: number;
  /** of the event */
  status: EventStatus;
  /** permanent id, the key to join on */
  driver_id: string;
  /** in this event */
  team_id: string | null;
  /** of the forecast, which stood before the race; null without one */
  horizon: Horizon | null;
  /** winning it; null without a forecast, as all that follows of it */
  p_win: number | null;
  /** finishing among the first three */
  p_podium: number | null;
  /** finishing where a full distance scores */
  p_points: number | null;
  /** retiring from it */
  p_dnf: number | null;
  /** mean; a race that he does not finish counts as behind all who do */
  expected_position: number | null;
  /** of the race alone */
  expected_points: number | null;
  /** null until the race is run */
  result: ResultStatus | null;
  /** in the result; null where it gives none */
  position: number | null;
  /** where the race was started; null where it is not known */
  grid: number | null;
  /** scored in the race */
  points: number | null;
}

/** Scores of one forecast of one race or sprint by one model. */
export interface RaceScore {
  /** of the row: event_id.horizon.model */
  id: string;
  /** permanent; survives renumbering */
  event_id: string;
  /** address on this server */
  event_url: string;
  /** year */
  season: number;
  /** place in the calendar, 1-based */
  round: number;
  /** what was forecast */
  session: "race" | "sprint";
  /** what was known: a: before the weekend; b: after practice; c: the grid */
  horizon: Horizon;
  /** ours, ours_weighted where a user's opinion is in it, or the name of a reference model */
  model: string;
  /** of the run whose forecast it is; null for a reference */
  run_no: number | null;
  /** of the result that it is scored by, 1-based */
  result_revision: number;
  /** -log of the winner's p_win */
  winner_log_loss: number | null;
  /** 1 if the likeliest winner won, shared among equals */
  top_1: number | null;
  /** 1 if the winner was among the three likeliest */
  top_3: number | null;
  /** 1 / rank of the winner among the likeliest */
  mrr: number | null;
  /** mean over drivers, of the podium */
  podium_log_loss: number | null;
  /** mean over drivers, of the podium, 0 is best */
  podium_brier: number | null;
  /** ranked probability score of all positions, 0 is best */
  rps: number | null;
  /** rank correlation of expected and real order */
  spearman: number | null;
}

/** Scores of one race or sprint, over its starters. */
export interface RaceScores {
  /** -log of the winner's p_win */
  winner_log_loss: number;
  /** 1 if the likeliest winner won, shared among equals */
  top_1: number;
  /** 1 if the winner was among the three likeliest */
  top_3: number;
  /** 1 / rank of the winner among the likeliest */
  mrr: number;
  /** mean over drivers, of being on the podium */
  podium_log_loss: number;
  /** ranked probability score of all positions, 0 is best */
  rps: number;
  /** rank correlation of expected and real order */
  spearman: number;
}

/** The forecast of rain that counts. */
export interface RainForecastInput {
  /** UTC */
  issued_at: string;
  /** whose it is, as its file says */
  by: string | null;
  /** of rain in the race, as issued */
  chance: number;
  /** that it has beside climate and weekend */
  weight: number;
}

/** How likely a wet race is, and where that comes from. */
export interface RainInput {
  /** more than one lap in twenty on rain tyres */
  p_wet: number;
  /** climate alone; weekend: its sessions too; forecast: a forecast of rain as well */
  source: RainSource;
  /** by the races of earlier seasons alone */
  climate: number;
  /** of the weekend, far slower than its quickest */
  wet_sessions: SessionKind[];
  /** the last one issued in time */
  forecast?: RainForecastInput;
}

/** What the chance of a wet race rests on. */
export type RainSource = "climate" | "forecast" | "weekend";

/** Events that were forecast anew for one cause. */
export interface Recomputed {
  cause: string;
  /** event ids */
  events: string[];
}

/** What the registry of models holds. */
export interface RegisteredModels {
  /** of the model */
  name: string;
  /** null: none does */
  serves: ServedVersion | null;
  /** a candidate that moves no forecast yet */
  watched: ServedVersion | null;
  /** all that are registered */
  versions: Version[];
  /** what a reader should know */
  notes: string[];
}

/** A file that could not be used. */
export interface Rejection {
  file: string;
  reason: string;
}

/** How a race or sprint ended. */
export interface Result {
  /** driver_id; null where nobody started */
  winner: string | null;
  /** the starters, winner first */
  order: ResultRow[];
}

/** What became of one starter. */
export interface ResultRow {
  /** three-letter code */
  driver: string;
  /** permanent id, the key to join on */
  driver_id: string;
  /** null where the result gives none */
  position: number | null;
  status: ResultStatus;
  /** where the race was started; null where it is not known */
  grid: number | null;
  /** driven; null where it is not known */
  laps: number | null;
  /** scored in it */
  points: number;
}

/** What became of a driver in a session. */
export type ResultStatus = "dnf" | "dnp" | "dnq" | "dns" | "dsq" | "ex" | "finished" | "nc";

/** The run that made the document; volatile. */
export interface Run {
  /** as in the history of runs */
  run_id: string;
  /** wall clock */
  duration_s: number;
  /** stages that were computed */
  stages_run: number;
  /** stages whose stored result was used */
  stages_reused: number;
  /** of fits that were computed */
  stage_seconds: Record<string, number>;
  /** the machine */
  host: Record<string, string | number>;
}

/** One run in the history; entries of earlier versions may lack some fields. */
export interface RunEntry {
  /** number of the run in its folder */
  counter: number;
  /** random, of its own */
  run_id?: string;
  /** file name of the document */
  output?: string;
  /** UTC */
  started?: string;
  /** UTC */
  ended?: string;
  /** wall clock */
  duration_s?: number;
  /** what asked for the run */
  trigger?: string;
  /** files, since the run before */
  changed_inputs?: ChangedInput[];
  /** events with a forecast */
  races_processed?: number;
  races_succeeded?: number;
  races_failed?: number;
  stages_run?: number;
  stages_reused?: number;
  /** those that share a cause together */
  races_recomputed?: Recomputed[];
  /** of the data the run rested on */
  data_hash?: string;
  /** what a forecast depends on beside the data */
  configuration?: Record<string, unknown>;
  /** published, unchanged, failed or cancelled; of a training: the model and its fate */
  outcome?: string;
  /** digest of the document outside its volatile fields, before the run */
  result_before?: string | null;
  /** the same after the run */
  result_after?: string | null;
  /** why the run failed */
  error?: string | null;
  /** names the record of why every stage ran or was reused; null: none was kept */
  explanation?: string | null;
}

/** A run that published a document, or one of a backfill that could have. */
export interface RunItem {
  /** run_id */
  id: string;
  /** address on this server */
  url: string;
  /** address of the document as it was published */
  document_url: string;
  /** grows with every run that is archived */
  run_no: number;
  /** permanent */
  run_id: string;
  /** year */
  season: number;
  /** RFC 3339, UTC */
  published_at: string;
  /** knowledge cut-off of the document; null before a season in which nothing was run */
  as_of: string | null;
  /** what made the run begin */
  trigger: string;
  /** of the run, as its record tells it */
  outcome: string;
  /** of the last race that had been run; 0 before the first */
  known_round: number;
  /** files that changed since the run before */
  changed: string[];
  /** changed files beyond those that the record names */
  n_more: number;
  /** of the document's predictions */
  predictions_sha256: string;
  /** of the document's file */
  document_sha256: string;
  /** whether it was made afterwards, from what was known then */
  is_backfill: boolean;
  /** of a backfill the one that it stopped at, else the latest that a forecast was allowed */
  horizon: Horizon;
  /** per event and scenario */
  n_sims: number;
  /** of all random numbers */
  seed: number;
  /** whether a user's opinion is in it */
  weights_used: boolean;
  /** whether a learned model was allowed a say */
  ml: boolean;
  /** version, and the beginning of the digest of the code */
  code_version: string;
  /** of everything a forecast depends on beside the data */
  config_hash: string;
  /** of all files it rests on */
  data_hash: string;
}

/** Runs in the order in which they were archived, or the latest first. */
export interface Runs {
  /** a row a run */
  data: RunItem[];
  /** address of the next rows; null: these are the last */
  next: string | null;
}

/** Race conditions that are simulated separately. */
export type Scenario = "dry" | "safety_car" | "wet";

/** The forecast given one scenario. */
export interface ScenarioForecast {
  /** of the scenario */
  probability: number;
  /** a row per driver */
  predictions: ScenarioRow[];
}

/** One driver's forecast in one scenario. */
export interface ScenarioRow {
  /** three-letter code, unique within the event; for display */
  driver: string;
  /** permanent id, the key to join on */
  driver_id: string;
  /** winning it */
  p_win: number;
  /** finishing among the first three */
  p_podium: number;
  /** finishing in a position that scores over the full distance */
  p_points: number;
  /** retiring from it */
  p_dnf: number;
  /** probability of finishing 1st, 2nd, ... ; retired cars stand behind those that saw the flag */
  p_position: number[];
  /** mean position; a race that he does not finish counts as its place behind all who do */
  expected_position: number;
  /**
   * of this race or sprint alone, by the season's rules. What an event still pays is the race's and
   * expected_sprint_points together
   */
  expected_points: number;
  /** positions at 5 % and 95 %, places of retirements among them */
  interval_90: number[];
  /** mean position in the races that he finishes; null for one who never finishes */
  expected_position_if_finished?: number | null;
  /** positions at 5 % and 95 % in the races that he finishes; null for one who never finishes */
  interval_90_if_finished?: number[] | null;
}

/** Scores of forecasts that stood before their races, and of reference models, by race. */
export interface Scores {
  /** a row a forecast */
  data: RaceScore[];
  /** address of the next rows; null: these are the last */
  next: string | null;
}

/**
 * One document a season, replaced whole. Fields are only ever added within a major schema_version.
 * null means unknown, 0 means zero. Volatile fields, which differ between runs on the same data:
 * metadata.generated_at, training_time, training_history, run.
 */
export interface SeasonDocument {
  schema_version: string;
  metadata: Metadata;
  championship: Championship;
  /**
   * by horizon: mean scores of the races already run, each forecast before its race and without
   * user weights
   */
  scores: Record<string, MeanScores>;
  /** the same of sprints, apart: a sprint is a third of a race and has no stops */
  sprint_scores: Record<string, MeanScores>;
  /** by event name, in calendar order */
  predictions: Record<string, Event>;
}

/** How sound one published document is. */
export interface SeasonHealth {
  /** year */
  season: number;
  /** degraded: a file was rejected or an old copy is in use */
  status: "complete" | "degraded" | "partial";
  /** of the run that published it */
  run_id: string;
  /** when that run ended */
  generated_at: string;
  /** nothing later than this was known */
  as_of: string | null;
  /** files that could not be used */
  rejected: Rejection[];
  /** rejected files whose last good content is in use */
  stale_inputs: string[];
  /** files in a form that is not read */
  passed_over: PassedOver[];
  /** what the document says a reader should know */
  n_notes: number;
}

/** A season that is published or archived. */
export interface SeasonRow {
  /** year */
  id: number;
  /** address of the season's document, as it was published */
  url: string;
  /** address on this server */
  championship_url: string;
  /** address on this server */
  events_url: string;
  /** whether its document lies in the output folder */
  is_published: boolean;
  /** whether the archive holds runs of it */
  is_archived: boolean;
  /** of the run that published the document */
  run_id: string;
  /** when that run ended */
  generated_at: string;
  /** nothing later than this was known */
  as_of: string | null;
  /** of the last race that had been run; 0 before the first */
  known_round: number;
}

/** All seasons, the latest first. */
export interface Seasons {
  /** of the front page; null: none is published */
  default_season: number | null;
  /** false: the archive cannot be used, and seasons that only it has are missing here */
  has_all_archived: boolean;
  /** a row a season */
  data: SeasonRow[];
}

/** The model that had a say in a season's forecast, and what its weight rests on. */
export interface ServedModel {
  /** year */
  season: number;
  model: LearnedModel;
}

/** The version that serves, or one that is watched beside it. */
export interface ServedVersion {
  /** its name in the registry */
  version: string;
  /** what learns */
  kind: string;
  /** date of the last race that it has seen */
  trained_until: string;
  /** of the manifest of all its files */
  digest: string;
  /** whether it came with the product */
  is_shipped: boolean;
}

/** One session of an event; the value is the native file's stem. */
export type SessionKind = "fp1" | "fp2" | "fp3" | "qualifying" | "race" | "sprint" | "sprint-qualifying" | "starting-grid" | "testing";

/** When a session of the weekend begins. */
export interface SessionTime {
  /** UTC */
  starts_at: string;
}

/** Where data comes from. */
export interface Source {
  name: string;
  /** null where none is told */
  licence: string | null;
}

/**
 * The sprint of an event: its forecast before it was run, and its result once it is. A learned
 * model has no say in it.
 */
export interface Sprint {
  /** a: before the weekend; b: after practice; c: the sprint's grid is known */
  horizon: Horizon;
  /** session that set the sprint's grid; null where it is drawn */
  grid_from: string | null;
  /** upper bound of the standard error of any p_win from the number of simulations */
  mc_se: number;
  predictions: SprintDriver[];
  /** by scenario */
  scenarios: Record<string, ScenarioForecast>;
  /** once the sprint is run */
  result?: Result;
  /** of the forecast without user weights, once the sprint is run */
  scores?: RaceScores;
}

/** One driver's forecast of a sprint over all scenarios; the likeliest winner stands first. */
export interface SprintDriver {
  /** three-letter code, unique within the event; for display */
  driver: string;
  /** permanent id, the key to join on */
  driver_id: string;
  /** full name */
  name: string;
  /** on the car; null where it is not known */
  number: number | null;
  /** name of the team in this event */
  team: string;
  /** permanent id of the team */
  team_id: string;
  /** winning it */
  p_win: number;
  /** finishing among the first three */
  p_podium: number;
  /** finishing in a position that scores over the full distance */
  p_points: number;
  /** retiring from it */
  p_dnf: number;
  /** probability of finishing 1st, 2nd, ... ; retired cars stand behind those that saw the flag */
  p_position: number[];
  /** mean position; a race that he does not finish counts as its place behind all who do */
  expected_position: number;
  /**
   * of this race or sprint alone, by the season's rules. What an event still pays is the race's and
   * expected_sprint_points together
   */
  expected_points: number;
  /** positions at 5 % and 95 %, places of retirements among them */
  interval_90: number[];
  /** mean position in the races that he finishes; null for one who never finishes */
  expected_position_if_finished?: number | null;
  /** positions at 5 % and 95 % in the races that he finishes; null for one who never finishes */
  interval_90_if_finished?: number[] | null;
  /** the same forecast without user weights; only when weights are set */
  unweighted?: Unweighted;
}

/** How a sprint weekend is run. */
export type SprintFormat = "grid-from-qualifying" | "sprint-shootout";

/** A team of a season, and all races of its cars in it. */
export interface TeamAnswer {
  /** team_id: permanent, the key to join on */
  id: string;
  /** address on this server */
  url: string;
  /** name of the team */
  team: string;
  /** whose latest entry is with it */
  driver_ids: string[];
  /** of being champion; null where none is told */
  p_title: number | null;
  /** scored so far */
  points_now: number | null;
  /** expected at the end of the season */
  points_mean: number | null;
  /** 5 % of the seasons end with fewer */
  points_p05: number | null;
  /** median of the simulated seasons */
  points_p50: number | null;
  /** 95 % of the seasons end with fewer */
  points_p95: number | null;
  /** of the team, on light paper; null for a team that has none yet */
  team_colour_light: string | null;
  /** the same on dark paper */
  team_colour_dark: string | null;
  made_from: MadeFrom;
  /** of each of its cars, in calendar order */
  races: RaceOfDriver[];
}

/** A team of a season, with what the championship holds for it. */
export interface TeamRow {
  /** team_id: permanent, the key to join on */
  id: string;
  /** address on this server */
  url: string;
  /** name of the team */
  team: string;
  /** whose latest entry is with it */
  driver_ids: string[];
  /** of being champion; null where none is told */
  p_title: number | null;
  /** scored so far */
  points_now: number | null;
  /** expected at the end of the season */
  points_mean: number | null;
  /** 5 % of the seasons end with fewer */
  points_p05: number | null;
  /** median of the simulated seasons */
  points_p50: number | null;
  /** 95 % of the seasons end with fewer */
  points_p95: number | null;
  /** of the team, on light paper; null for a team that has none yet */
  team_colour_light: string | null;
  /** the same on dark paper */
  team_colour_dark: string | null;
}

/** One team's chances in the constructors' championship. */
export interface TeamTitle {
  /** permanent id, the key to join on */
  team_id: string;
  /** name of the team */
  team: string;
  /** of being champion */
  p_title: number;
  points: PointsRange;
}

/** Teams of a season, likeliest champion first. */
export interface Teams {
  made_from: MadeFrom;
  /** a row a team */
  data: TeamRow[];
  /** address of the next rows; null: these are the last */
  next: string | null;
}

/** How title odds went, by what was known and then by run, likeliest champion first. */
export interface TitleOdds {
  /** year */
  season: number;
  /** whose championship */
  kind: "driver" | "team";
  /** a row a driver or team and run */
  data: PastTitle[];
  /** address of the next rows; null: these are the last */
  next: string | null;
}

/** One driver or team in its championship; the likeliest champion with the opinion first. */
export interface TitleWhatIf {
  /** driver_id or team_id */
  id: string;
  /** three-letter code of a driver; null for a team */
  code: string | null;
  name: string;
  /** being champion */
  p_title: Chance;
  /** at the end of the season */
  points: Expected;
}

/** The same forecast without user weights. */
export interface Unweighted {
  p_win: number;
  p_podium: number;
  /** finishing in a position that scores over the full distance */
  p_points: number;
  expected_position: number;
  /**
   * of this race or sprint alone, by the season's rules. What an event still pays is the race's and
   * expected_sprint_points together
   */
  expected_points: number;
}

/** The last comparison with a full rebuild. */
export interface Verified {
  ended: string;
  code: string;
  outcome: string;
}

/** A version of the model as the registry knows it. */
export interface Version {
  /** its name in the registry */
  version: string;
  /** its place in service */
  status: "active" | "candidate" | "retired";
  /** what learns */
  kind: string;
  /** date of the last race that it has seen */
  trained_until: string;
  /** RFC 3339 */
  created: string;
  /** of the manifest of all its files */
  digest: string;
  /** whether it came with the product */
  is_shipped: boolean;
}

/** The forecast with an opinion beside the forecast without, on the same simulated races. */
export interface WhatIfAnswer {
  /** of the question; the same question has the same */
  id: string;
  /** address on this server */
  url: string;
  /** of the form of this answer */
  schema_version: string;
  /** year */
  season: number;
  /** the opinion asked about, by driver_id */
  driver_weights: Record<string, number>;
  /** the same by team_id */
  team_weights: Record<string, number>;
  /** that both sides have, as published */
  published_driver_weights: Record<string, number>;
  /** the same of teams */
  published_team_weights: Record<string, number>;
  /** per event and scenario */
  n_simulations: number;
  /** of all random numbers */
  seed: number;
  race: WhatIfRace;
  /** empty where titles were not asked for */
  drivers_title: TitleWhatIf[];
  /** empty where titles were not asked for */
  teams_title: TitleWhatIf[];
}

/** One event's race with and without the opinion. */
export interface WhatIfRace {
  /** permanent; survives renumbering */
  event_id: string;
  name: string;
  /** what both sides know of the weekend */
  horizon: Horizon;
  /** that were simulated, and how likely */
  scenarios: Record<string, number>;
  drivers: DriverWhatIf[];
}

/** What each operation takes and gives. */
export interface Operations {
  /** All seasons, the latest first. */
  list_seasons: {
    method: "GET";
    path: "/v1/seasons";
    in_path: Record<string, never>;
    query: { format?: "csv" | "json"; csv?: boolean };
    body: never;
    answer: Seasons;
  };
  /** A season's document, byte for byte as it was published. */
  get_season_document: {
    method: "GET";
    path: "/v1/seasons/{season}";
    in_path: { season: number };
    query: Record<string, never>;
    body: never;
    answer: SeasonDocument;
  };
  /** Chances and points in both championships. */
  get_championship: {
    method: "GET";
    path: "/v1/seasons/{season}/championship";
    in_path: { season: number };
    query: Record<string, never>;
    body: never;
    answer: ChampionshipAnswer;
  };
  /** Events of a season in calendar order, with favourites and winners. */
  list_events: {
    method: "GET";
    path: "/v1/events";
    in_path: Record<string, never>;
    query: { season?: number; status?: EventStatus; after?: string; limit?: number; format?: "csv" | "json"; csv?: boolean };
    body: never;
    answer: Events;
  };
  /** The first event that is still to be run. */
  get_next_event: {
    method: "GET";
    path: "/v1/events/next";
    in_path: Record<string, never>;
    query: Record<string, never>;
    body: never;
    answer: EventAnswer;
  };
  /** The last event that has been run. */
  get_latest_event: {
    method: "GET";
    path: "/v1/events/latest";
    in_path: Record<string, never>;
    query: Record<string, never>;
    body: never;
    answer: EventAnswer;
  };
  /** One event: forecast, scenarios, sprint, and its result once it is run. */
  get_event: {
    method: "GET";
    path: "/v1/events/{event_id}";
    in_path: { event_id: string };
    query: Record<string, never>;
    body: never;
    answer: EventAnswer;
  };
  /** The forecast of a race or sprint by horizon and scenario, a row per driver. */
  get_forecast: {
    method: "GET";
    path: "/v1/events/{event_id}/forecast";
    in_path: { event_id: string };
    query: { horizon?: Horizon; scenario?: Scenario; session?: "race" | "sprint"; format?: "csv" | "json"; csv?: boolean };
    body: never;
    answer: ForecastAnswer;
  };
  /** Drivers of a season, likeliest champion first. */
  list_drivers: {
    method: "GET";
    path: "/v1/drivers";
    in_path: Record<string, never>;
    query: { season?: number; after?: string; limit?: number; format?: "csv" | "json"; csv?: boolean };
    body: never;
    answer: Drivers;
  };
  /** A driver of a season, and all his races in it. */
  get_driver: {
    method: "GET";
    path: "/v1/drivers/{driver_id}";
    in_path: { driver_id: string };
    query: { season?: number };
    body: never;
    answer: DriverAnswer;
  };
  /** Teams of a season, likeliest champion first. */
  list_teams: {
    method: "GET";
    path: "/v1/teams";
    in_path: Record<string, never>;
    query: { season?: number; after?: string; limit?: number; format?: "csv" | "json"; csv?: boolean };
    body: never;
    answer: Teams;
  };
  /** A team of a season, and all races of its cars in it. */
  get_team: {
    method: "GET";
    path: "/v1/teams/{team_id}";
    in_path: { team_id: string };
    query: { season?: number };
    body: never;
    answer: TeamAnswer;
  };
  /** Past runs, in the order in which they were archived or the latest first. */
  list_runs: {
    method: "GET";
    path: "/v1/runs";
    in_path: Record<string, never>;
    query: { season?: number; order?: "newest" | "oldest"; after?: string; limit?: number; format?: "csv" | "json"; csv?: boolean };
    body: never;
    answer: Runs;
  };
  /** One run: what made it, and what it rested on. */
  get_run: {
    method: "GET";
    path: "/v1/runs/{run_id}";
    in_path: { run_id: string };
    query: Record<string, never>;
    body: never;
    answer: RunItem;
  };
  /** The document that a run published, byte for byte. */
  get_run_document: {
    method: "GET";
    path: "/v1/runs/{run_id}/document";
    in_path: { run_id: string };
    query: Record<string, never>;
    body: never;
    answer: SeasonDocument;
  };
  /** How the forecast of an event went, run by run, a row per driver. */
  list_history: {
    method: "GET";
    path: "/v1/history";
    in_path: Record<string, never>;
    query: { event_id: string; driver_id?: string; horizon?: Horizon; scenario?: Scenario; session?: "race" | "sprint"; after?: string; limit?: number; format?: "csv" | "json"; csv?: boolean };
    body: never;
    answer: History;
  };
  /** How title odds went, run by run or round by round. */
  list_title_odds: {
    method: "GET";
    path: "/v1/title-odds";
    in_path: Record<string, never>;
    query: { season?: number; kind?: "driver" | "team"; driver_id?: string; team_id?: string; by?: "round" | "run"; after?: string; limit?: number; format?: "csv" | "json"; csv?: boolean };
    body: never;
    answer: TitleOdds;
  };
  /** What differs between two runs: what they rested on, and which chances moved. */
  get_diff: {
    method: "GET";
    path: "/v1/diff";
    in_path: Record<string, never>;
    query: { a?: string; b?: string; what?: "driver_title" | "podium" | "team_title" | "win"; moved?: boolean; after?: string; limit?: number; format?: "csv" | "json"; csv?: boolean };
    body: never;
    answer: DiffAnswer;
  };
  /** Scores of forecasts that stood before their races, and of reference models. */
  list_scores: {
    method: "GET";
    path: "/v1/scores";
    in_path: Record<string, never>;
    query: { season?: number; event_id?: string; horizon?: Horizon; model?: string; session?: "race" | "sprint"; after?: string; limit?: number; format?: "csv" | "json"; csv?: boolean };
    body: never;
    answer: Scores;
  };
  /** Whether things happen as often as forecasts said, in tenths of probability. */
  get_calibration: {
    method: "GET";
    path: "/v1/calibration";
    in_path: Record<string, never>;
    query: { season?: number; horizon?: Horizon; of?: "dnf" | "podium" | "points" | "win"; session?: "race" | "sprint"; format?: "csv" | "json"; csv?: boolean };
    body: never;
    answer: CalibrationAnswer;
  };
  /** The forecast with your opinion of drivers and teams, beside the one without. */
  ask_what_if: {
    method: "POST";
    path: "/v1/what-if";
    in_path: Record<string, never>;
    query: Record<string, never>;
    body: Opinion;
    answer: WhatIfAnswer;
  };
  /** An answer that was given before, for as long as it is kept. */
  get_what_if: {
    method: "GET";
    path: "/v1/what-if/{name}";
    in_path: { name: string };
    query: Record<string, never>;
    body: never;
    answer: WhatIfAnswer;
  };
  /** Whether forecasts, daemon and archive are as they should be. */
  get_health: {
    method: "GET";
    path: "/v1/health";
    in_path: Record<string, never>;
    query: Record<string, never>;
    body: never;
    answer: Health;
  };
  /** Learned models: those registered, and those that forecasts rest on. */
  get_models: {
    method: "GET";
    path: "/v1/models";
    in_path: Record<string, never>;
    query: Record<string, never>;
    body: never;
    answer: Models;
  };
  /** The JSON Schema of season documents. */
  get_schema: {
    method: "GET";
    path: "/v1/schema";
    in_path: Record<string, never>;
    query: Record<string, never>;
    body: never;
    answer: unknown;
  };
  /** News of every published run as server-sent events. */
  follow: {
    method: "GET";
    path: "/v1/stream";
    in_path: Record<string, never>;
    query: { hide?: "results"; after?: number };
    body: never;
    answer: string;
  };
  /** This description. */
  get_description: {
    method: "GET";
    path: "/openapi.json";
    in_path: Record<string, never>;
    query: Record<string, never>;
    body: never;
    answer: unknown;
  };
  /** Whether the server answers. */
  is_alive: {
    method: "GET";
    path: "/healthz";
    in_path: Record<string, never>;
    query: Record<string, never>;
    body: never;
    answer: string;
  };
  /** Whether the first answers are made. */
  is_ready: {
    method: "GET";
    path: "/readyz";
    in_path: Record<string, never>;
    query: Record<string, never>;
    body: never;
    answer: string;
  };
  /** What the server has done, for Prometheus. */
  get_metrics: {
    method: "GET";
    path: "/metrics";
    in_path: Record<string, never>;
    query: Record<string, never>;
    body: never;
    answer: string;
  };
}
