"""Where things are kept: one concrete class per aggregate, over one small wrapper of a DynamoDB table."""
