/**
 * The recurrent names of TensorFlow 1.15, file by file, each with its parameters but for `self` and stars. A wrapper of the core has those of its
 * base class, which is not listed apart; a name that two files have is listed once.
 */
export const tensorflow1Signatures: Readonly<Record<string, string>> = {
  // python/ops/rnn.py
  bidirectional_dynamic_rnn:
    'cell_fw cell_bw inputs sequence_length initial_state_fw initial_state_bw dtype parallel_iterations swap_memory time_major scope',
  dynamic_rnn: 'cell inputs sequence_length initial_state dtype parallel_iterations swap_memory time_major scope',
  raw_rnn: 'cell loop_fn parallel_iterations swap_memory scope',
  static_rnn: 'cell inputs initial_state dtype sequence_length scope',
  static_state_saving_rnn: 'cell inputs state_saver state_name sequence_length scope',
  static_bidirectional_rnn: 'cell_fw cell_bw inputs initial_state_fw initial_state_bw dtype sequence_length scope',
  // of the same file, by tf.contrib.rnn
  transpose_batch_time: 'x',
  best_effort_input_batch_size: 'flat_input',
  // python/ops/rnn_cell_impl.py
  assert_like_rnncell: 'cell_name cell',
  RNNCell: 'trainable name dtype',
  LayerRNNCell: '',
  BasicRNNCell: 'num_units activation reuse name dtype',
  GRUCell: 'num_units activation reuse kernel_initializer bias_initializer name dtype',
  LSTMStateTuple: '',
  BasicLSTMCell: 'num_units forget_bias state_is_tuple activation reuse name dtype',
  LSTMCell:
    'num_units use_peepholes cell_clip initializer num_proj proj_clip num_unit_shards num_proj_shards forget_bias state_is_tuple activation reuse name dtype',
  DropoutWrapper:
    'cell input_keep_prob output_keep_prob state_keep_prob variational_recurrent input_size dtype seed dropout_state_filter_visitor',
  ResidualWrapper: 'cell residual_fn',
  DeviceWrapper: 'cell device',
  MultiRNNCell: 'cells state_is_tuple',
  // contrib/rnn/python/ops/core_rnn_cell.py
  EmbeddingWrapper: 'cell embedding_classes embedding_size initializer reuse',
  InputProjectionWrapper: 'cell num_proj activation input_size reuse',
  OutputProjectionWrapper: 'cell output_size activation reuse',
  // contrib/rnn/python/ops/fused_rnn_cell.py
  FusedRNNCell: '',
  FusedRNNCellAdaptor: 'cell use_dynamic_rnn',
  TimeReversedFusedRNN: 'cell',
  // contrib/rnn/python/ops/gru_ops.py
  GRUBlockCell: 'num_units cell_size reuse name',
  GRUBlockCellV2: 'num_units cell_size reuse name',
  // contrib/rnn/python/ops/lstm_ops.py
  LSTMBlockCell: 'num_units forget_bias cell_clip use_peephole dtype reuse name',
  LSTMBlockWrapper: '',
  LSTMBlockFusedCell: 'num_units forget_bias cell_clip use_peephole reuse dtype name',
  // contrib/rnn/python/ops/rnn.py
  stack_bidirectional_rnn: 'cells_fw cells_bw inputs initial_states_fw initial_states_bw dtype sequence_length scope',
  stack_bidirectional_dynamic_rnn:
    'cells_fw cells_bw inputs initial_states_fw initial_states_bw dtype sequence_length parallel_iterations time_major scope swap_memory',
  // contrib/rnn/python/ops/rnn_cell.py
  CoupledInputForgetGateLSTMCell:
    'num_units use_peepholes initializer num_proj proj_clip num_unit_shards num_proj_shards forget_bias state_is_tuple activation reuse layer_norm norm_gain norm_shift',
  TimeFreqLSTMCell:
    'num_units use_peepholes cell_clip initializer num_unit_shards forget_bias feature_size frequency_skip reuse',
  GridLSTMCell:
    'num_units use_peepholes share_time_frequency_weights cell_clip initializer num_unit_shards forget_bias feature_size frequency_skip num_frequency_blocks start_freqindex_list end_freqindex_list couple_input_forget_gates state_is_tuple reuse',
  BidirectionalGridLSTMCell:
    'num_units use_peepholes share_time_frequency_weights cell_clip initializer num_unit_shards forget_bias feature_size frequency_skip num_frequency_blocks start_freqindex_list end_freqindex_list couple_input_forget_gates backward_slice_offset reuse',
  AttentionCellWrapper: 'cell attn_length attn_size attn_vec_size input_size state_is_tuple reuse',
  HighwayWrapper: 'cell couple_carry_transform_gates carry_bias_init',
  LayerNormBasicLSTMCell:
    'num_units forget_bias input_size activation layer_norm norm_gain norm_shift dropout_keep_prob dropout_prob_seed reuse',
  NASCell: 'num_units num_proj use_bias reuse',
  UGRNNCell: 'num_units initializer forget_bias activation reuse',
  IntersectionRNNCell: 'num_units num_in_proj initializer forget_bias y_activation reuse',
  CompiledWrapper: 'cell compile_stateful',
  PhasedLSTMCell: 'num_units use_peepholes leak ratio_on trainable_ratio_on period_init_min period_init_max reuse',
  ConvLSTMCell:
    'conv_ndims input_shape output_channels kernel_shape use_bias skip_connection forget_bias initializers name',
  Conv1DLSTMCell: 'name',
  Conv2DLSTMCell: 'name',
  Conv3DLSTMCell: 'name',
  GLSTMCell: 'num_units initializer num_proj number_of_groups forget_bias activation reuse',
  LayerNormLSTMCell:
    'num_units use_peepholes cell_clip initializer num_proj proj_clip forget_bias activation layer_norm norm_gain norm_shift reuse',
  SRUCell: 'num_units activation reuse name',
  WeightNormLSTMCell:
    'num_units norm use_peepholes cell_clip initializer num_proj proj_clip forget_bias activation reuse',
  IndRNNCell: 'num_units activation reuse name dtype',
  IndyGRUCell: 'num_units activation reuse kernel_initializer bias_initializer name dtype',
  IndyLSTMCell: 'num_units forget_bias activation reuse kernel_initializer bias_initializer name dtype',
  NTMCell:
    'controller memory_size memory_vector_dim read_head_num write_head_num shift_range output_dim clip_value dtype name',
  MinimalRNNCell: 'units activation kernel_initializer bias_initializer name dtype',
  CFNCell: 'units activation kernel_initializer bias_initializer name dtype',
  // contrib/cudnn_rnn/python/layers/cudnn_rnn.py
  CudnnLSTM: 'num_layers num_units input_size input_mode direction dtype dropout seed num_proj',
  CudnnGRU: '',
  CudnnRNNTanh: '',
  CudnnRNNRelu: '',
  // contrib/cudnn_rnn/python/ops/cudnn_rnn_ops.py
  CudnnCompatibleLSTMCell: 'num_units reuse',
  CudnnCompatibleGRUCell: 'num_units reuse kernel_initializer',
  cudnn_lstm:
    'inputs input_h input_c params is_training sequence_lengths time_major input_mode direction dropout seed num_proj name',
  cudnn_gru: 'inputs input_h params is_training sequence_lengths time_major input_mode direction dropout seed name',
  cudnn_rnn_relu:
    'inputs input_h params is_training input_mode direction dropout seed sequence_lengths time_major name',
  cudnn_rnn_tanh:
    'inputs input_h params is_training sequence_lengths time_major input_mode direction dropout seed name',
  cudnn_rnn_opaque_params_to_canonical:
    'rnn_mode num_layers num_units input_size params input_mode direction dropout seed num_proj name',
  cudnn_rnn_canonical_to_opaque_params:
    'rnn_mode num_layers num_units input_size weights biases input_mode direction dropout seed num_proj name',
  cudnn_rnn_opaque_params_size:
    'rnn_mode num_layers num_units input_size input_mode direction dtype dropout seed num_proj name',
  // contrib/seq2seq/python/ops/attention_wrapper.py
  AttentionMechanism: '',
  LuongAttention:
    'num_units memory memory_sequence_length scale probability_fn score_mask_value dtype custom_key_value_fn name',
  BahdanauAttention:
    'num_units memory memory_sequence_length normalize probability_fn score_mask_value dtype custom_key_value_fn name',
  monotonic_attention: 'p_choose_i previous_attention mode',
  BahdanauMonotonicAttention:
    'num_units memory memory_sequence_length normalize score_mask_value sigmoid_noise sigmoid_noise_seed score_bias_init mode dtype name',
  LuongMonotonicAttention:
    'num_units memory memory_sequence_length scale score_mask_value sigmoid_noise sigmoid_noise_seed score_bias_init mode dtype name',
  AttentionWrapperState: '',
  hardmax: 'logits name',
  AttentionWrapper:
    'cell attention_mechanism attention_layer_size alignment_history cell_input_fn output_attention initial_cell_state name attention_layer attention_fn dtype',
  // contrib/seq2seq/python/ops/beam_search_decoder.py
  BeamSearchDecoderState: '',
  BeamSearchDecoderOutput: '',
  FinalBeamSearchDecoderOutput: '',
  tile_batch: 't multiplier name',
  gather_tree_from_array: 't parent_ids sequence_length',
  BeamSearchDecoderMixin:
    'cell beam_width output_layer length_penalty_weight coverage_penalty_weight reorder_tensor_arrays',
  BeamSearchDecoder:
    'cell embedding start_tokens end_token initial_state beam_width output_layer length_penalty_weight coverage_penalty_weight reorder_tensor_arrays',
  get_attention_probs: 'next_cell_state coverage_penalty_weight',
  attention_probs_from_attn_state: 'attention_state',
  // contrib/seq2seq/python/ops/decoder.py
  Decoder: '',
  BaseDecoder: 'output_time_major impute_finished maximum_iterations parallel_iterations swap_memory',
  dynamic_decode: 'decoder output_time_major impute_finished maximum_iterations parallel_iterations swap_memory scope',
  // contrib/seq2seq/python/ops/helper.py
  bernoulli_sample: 'probs logits dtype sample_shape seed',
  categorical_sample: 'logits dtype sample_shape seed',
  Helper: '',
  CustomHelper: 'initialize_fn sample_fn next_inputs_fn sample_ids_shape sample_ids_dtype',
  TrainingHelper: 'inputs sequence_length time_major name',
  ScheduledEmbeddingTrainingHelper:
    'inputs sequence_length embedding sampling_probability time_major seed scheduling_seed name',
  ScheduledOutputTrainingHelper:
    'inputs sequence_length sampling_probability time_major seed next_inputs_fn auxiliary_inputs name',
  GreedyEmbeddingHelper: 'embedding start_tokens end_token',
  SampleEmbeddingHelper: 'embedding start_tokens end_token softmax_temperature seed',
  InferenceHelper: 'sample_fn sample_shape sample_dtype start_inputs end_fn next_inputs_fn',
  // contrib/seq2seq/python/ops/basic_decoder.py
  BasicDecoderOutput: '',
  BasicDecoder: 'cell helper initial_state output_layer',
  // contrib/seq2seq/python/ops/loss.py
  sequence_loss:
    'logits targets weights average_across_timesteps average_across_batch sum_over_timesteps sum_over_batch softmax_loss_function name',
  // contrib/recurrent/python/ops/functional_rnn.py
  functional_rnn: 'cell inputs sequence_length initial_state dtype time_major scope use_tpu reverse',
  bidirectional_functional_rnn:
    'cell_fw cell_bw inputs initial_state_fw initial_state_bw dtype sequence_length time_major use_tpu fast_reverse scope',
  // contrib/recurrent/python/ops/recurrent.py
  Recurrent: 'theta state0 inputs cell_fn cell_grad extras max_input_length use_tpu aligned_end',
};
