"""Training of the event models: ``python -m seeds.build.train_events``. Never imported by the pipeline."""
