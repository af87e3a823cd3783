"""A war on watch: rules found in its futures, held against series, record, sightings and claims as they come."""
