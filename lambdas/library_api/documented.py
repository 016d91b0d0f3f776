"""What the OpenAPI document says of the answers of a route, where that is more than the one that is meant."""

NOT_MINE = {403: "It is somebody else's, and the caller is no operator."}
OPERATORS_ONLY = {403: "Only operators import from S3 and Google Drive."}
OUT_OF_PLACE = {409: "The import is in a state in which this cannot be done."}
